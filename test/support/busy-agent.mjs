// An agent that writes, stages and commits in its worktree until its input ends; then it prints what went wrong.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

const index = git('rev-parse', '--git-path', 'index').trim();
/** @type {string[]} */
const wrong = [];
let rounds = 0;
let isOver = false;
let left = stateOf();

process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();
round();

function round() {
  if (isOver) {
    process.stdout.write(JSON.stringify({ rounds, wrong }));
    return;
  }
  rounds += 1;
  for (let n = 0; n < 4; n++)
    writeFileSync(`written-${(rounds + n) % 9}`, `${rounds}\n`.repeat(500 * n));
  if (rounds % 5 === 0) rmSync(`written-${rounds % 9}`, { force: true });
  // Out of the index and in again: the file itself stays.
  if (rounds > 1) own('rm', '--cached', '--quiet', 'stays');
  own('add', '--all');
  writeFileSync('written-1', `${rounds} again\n`);
  own('status', '--short');
  own('commit', '--quiet', '--allow-empty', '--message', `Round ${rounds}`);
  own('update-index', '-q', '--really-refresh');
  // Between two rounds the input is read.
  setTimeout(round, 0);
}

/** Between two of its own commands nobody may have touched the index, nor hold it. @param {string[]} args */
function own(...args) {
  if (existsSync(`${index}.lock`)) wrong.push(`a lock before git ${args[0]} of round ${rounds}`);
  if (stateOf() !== left) wrong.push(`another index before git ${args[0]} of round ${rounds}`);
  git(...args);
  left = stateOf();
}

/** @param {string[]} args */
function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    wrong.push(String(error));
    return '';
  }
}

function stateOf() {
  const { ino, mtimeNs } = statSync(index, { bigint: true });
  return `${ino} ${mtimeNs} ${createHash('sha1').update(readFileSync(index)).digest('hex')}`;
}
