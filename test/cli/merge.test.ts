// `tempest commit` and `tempest merge`: from an agent's files to the base branch, and back.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { tempest, tempestInTerminal } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let session: Session;
beforeEach(async () => {
  box = await sandbox({
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  });
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  const made = await run('new', 'write a', '--name', 'one', '--json', '--', 'cat');
  session = JSON.parse(made.stdout) as Session;
});
afterEach(() => box.dispose());

const run = (...args: string[]) => tempest(box, args, { cwd: repo });
const subject = () => box.git(session.worktree, 'log', '-1', '--format=%B');
const inSession = (path: string, text: string) => writeFileSync(join(session.worktree, path), text);

it('commits, previews, merges, and takes it back', async () => {
  expect((await run('commit', 'one')).stdout).toBe('nothing to commit\n');
  inSession('new.txt', 'new\n');
  expect((await run('merge', 'one', '--preview')).stdout).toContain(
    '1 not committed: refused until',
  );
  expect(await run('merge', 'one', '--squash')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('1 file is not committed: nothing is merged'),
  });
  // A hook has the environment of the shell in which the command was given.
  const hook = join(repo, '.git/hooks/pre-commit');
  writeFileSync(hook, '#!/bin/sh\necho "refused in $PLACE"\nexit 1\n', { mode: 0o755 });
  const here = { cwd: repo, env: { PLACE: 'this shell' } };
  expect((await tempest(box, ['commit', 'one'], here)).stderr).toContain('refused in this shell');
  rmSync(hook);
  expect((await run('commit', 'one', '-m', 'A new file')).stdout).toMatch(
    /^committed [0-9a-f]{12}\n$/,
  );
  const preview = (await run('merge', 'one', '--preview')).stdout;
  expect(preview).toContain(
    `1 commit into ${session.base.ref}: 1 file, +1 -0\n  * A new file\n  A new.txt  +1 -0\n`,
  );
  expect(await run('merge', 'one', '--squash', '-m', 'Land it')).toMatchObject({ code: 0 });
  expect(readFileSync(join(repo, 'new.txt'), 'utf8')).toBe('new\n');
  expect((await box.git(repo, 'log', '-1', '--format=%s')).trim()).toBe('Land it');
  expect(await run('merge', 'one', '--undo')).toMatchObject({ code: 0 });
  expect((await box.git(repo, 'rev-parse', 'HEAD')).trim()).toBe(session.base.commit);
  expect(await run('merge', 'one', '--undo')).toMatchObject({ code: 1 });
  expect((await run('remove', 'one')).stderr).toContain('1 commit on no other branch');
  const landed = await run('merge', 'one', '--squash', '-m', '#12 Land it');
  expect(landed.stdout).toContain('`tempest remove one` ends');
  expect(await box.git(repo, 'log', '-1', '--format=%s')).toBe('#12 Land it');
  expect(await run('remove', 'one')).toMatchObject({ code: 0, stderr: '' });
});

it('tells of a worktree that somebody has deleted what can be done, whatever is asked', async () => {
  rmSync(session.worktree, { recursive: true });
  for (const verb of ['commit', 'merge', 'rebase', 'squash', 'pr', 'fork']) {
    const { code, stderr } = await run(verb, 'one');
    expect({ verb, code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('`tempest doctor` makes one that was deleted anew'),
    });
  }
});

it.each([
  ['merge', 'asked to resolve it; then merge again', 'Merge the branch main into this one'],
  ['rebase', 'asked to do it', 'Rebase this branch on main'],
])('hands a conflict of a %s to the agent, and leaves the base alone', async (by, said, text) => {
  mkdirSync(dirname(box.places.config), { recursive: true });
  writeFileSync(box.places.config, "[agents.typist]\ncommand = ['cat']\nprompt = 'none'\n");
  const made = await run('new', '--name', 'two', '--agent', 'typist', '--json');
  session = JSON.parse(made.stdout) as Session;
  inSession('a.txt', 'mine\n');
  await run('commit', 'two');
  writeFileSync(join(repo, 'a.txt'), 'theirs\n');
  await box.git(repo, 'commit', '-qam', 'meanwhile');
  const before = await box.git(repo, 'rev-parse', 'HEAD');
  expect(await run(by, 'two', '--preview')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('conflict: a.txt'),
  });
  expect(await run(by, 'two')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('conflicts with'),
  });
  expect(await run(by, 'two', '--resolve')).toMatchObject({
    stderr: '',
    stdout: `two was ${said}\n`,
  });
  const shown = (await run('screen', 'two')).stdout.replace(/\n/g, '');
  expect(shown).toContain(text);
  expect(shown).toContain('Conflicts are in: `a.txt`');
  expect(await box.git(repo, 'rev-parse', 'HEAD')).toBe(before);
});

it('names the files of a conflict a line each where they are many', async () => {
  const names = ['p.txt', 'q.txt', 'r.txt', 's.txt'];
  for (const name of names) inSession(name, 'mine\n');
  await run('commit', 'one');
  for (const name of names) writeFileSync(join(repo, name), 'theirs\n');
  await box.git(repo, 'add', '-A');
  await box.git(repo, 'commit', '-qm', 'meanwhile');
  const lines = `in 4 files:\n${names.map((name) => `    ${name}\n`).join('')}  `;
  expect((await run('merge', 'one')).stderr).toContain(`conflicts with main ${lines}`);
  expect((await run('rebase', 'one')).stderr).toContain(`conflicts with main ${lines}`);
  const told = JSON.parse((await run('merge', 'one', '--json')).stderr);
  expect(told.error.message).toBe(`conflicts with main in ${names.join(', ')}`);
});

it('hazard 12: types no conflict into a plain command, which may be a shell', async () => {
  const made = await run('new', '--name', 'two', '--json', '--', 'sh', '-c', 'echo here; exec sh');
  session = JSON.parse(made.stdout) as Session;
  const name = '$(touch pwned);b.txt';
  for (const [folder, text] of [
    [session.worktree, 'mine\n'],
    [repo, 'theirs\n'],
  ] as const) {
    writeFileSync(join(folder, name), text);
    await box.git(folder, 'add', '-A');
    await box.git(folder, 'commit', '-qm', 'Add it');
  }
  for (const by of ['merge', 'rebase']) {
    expect(await run(by, 'two', '--resolve')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`nothing was typed into it.*\n?.*\`tempest ${by} two --by-hand\``),
      ),
    });
  }
  expect((await run('screen', 'two')).stdout).not.toContain('Conflicts');
  expect(await box.git(session.worktree, 'status', '--porcelain')).toBe('');
});

it('opens a conflict in the worktree, telling the places and what comes next', async () => {
  inSession('a.txt', 'mine\n');
  await run('commit', 'one', '-m', 'Mine');
  writeFileSync(join(repo, 'a.txt'), 'theirs\n');
  await box.git(repo, 'commit', '-qam', 'meanwhile');
  const before = await box.git(repo, 'rev-parse', 'HEAD');
  expect(await run('merge', 'one', '--resolve', '--by-hand')).toMatchObject({ code: 2 });
  const { worktree } = session;
  const where = `${worktree}/a.txt:1: changed on both sides\n`;
  expect(await run('rebase', 'one', '--by-hand')).toMatchObject({
    code: 0,
    stdout:
      `${where}the rebase on main waits for you in ${worktree}\n` +
      'resolve the conflicts, then `git add` them and `git rebase --continue`\n' +
      '`git rebase --abort` takes it back; what was there is checkpoint 1\n',
  });
  expect((await run('rebase', 'one')).stderr).toContain('a rebase is not finished');
  await box.git(worktree, 'rebase', '--abort');
  const opened = await run('merge', 'one', '--by-hand', '--json');
  expect(JSON.parse(opened.stdout)).toMatchObject({
    ...{ by: 'merge', base: 'main', worktree, checkpoint: 2, abort: 'git merge --abort' },
    files: [{ path: 'a.txt', kind: 'content', markers: [1] }],
  });
  expect(await run('merge', 'one', '--by-hand')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a merge is not finished'),
  });
  expect(await box.git(repo, 'rev-parse', 'HEAD')).toBe(before);
  inSession('a.txt', 'both\n');
  expect(await run('commit', 'one')).toMatchObject({ code: 0 });
  expect(await subject()).toBe(`Merge branch 'main' into ${session.branch}\n`);
  expect(await run('merge', 'one')).toMatchObject({ code: 0 });
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe('both\n');
});

it('squashes and rebases, telling how to get at what was there', async () => {
  for (const file of ['b.txt', 'c.txt']) {
    inSession(file, `${file}\n`);
    await run('commit', 'one', '-m', file);
  }
  expect((await run('squash', 'one', '-m', 'Both')).stdout).toMatch(
    /; what it was is checkpoint 1\n$/,
  );
  expect((await run('rebase', 'one', '--preview')).stdout).toBe('on the newest main already\n');
  writeFileSync(join(repo, 'b.txt'), 'theirs\n');
  await box.git(repo, 'add', 'b.txt');
  await box.git(repo, 'commit', '-qm', 'meanwhile');
  expect(await run('rebase', 'one', '--preview')).toMatchObject({
    code: 1,
    stdout:
      '1 commit on main, which has 1 more: 2 files, +2 -0\n' +
      '  * Both\n  A b.txt  +1 -0\n  A c.txt  +1 -0\nconflict: b.txt (Both)\n',
  });
  expect((await run('rebase', 'one')).stderr).toContain('Both conflicts with main in b.txt');
  await box.git(repo, 'rm', '-q', 'b.txt');
  await box.git(repo, 'commit', '-qm', 'not so');
  expect((await run('rebase', 'one')).stdout).toMatch(/; what it was is checkpoint 2\n$/);
  expect((await run('merge', 'one', '--ff-only')).stdout).toContain('`tempest remove one` ends');
  inSession('a.txt', 'mine\n');
  await run('commit', 'one');
  writeFileSync(join(repo, 'a.txt'), 'theirs\n');
  await box.git(repo, 'commit', '-qam', 'meanwhile');
  expect((await run('rebase', 'one')).stderr).toContain('conflicts with main in a.txt');
});

it('rebases on another branch, and says that this is its base from then on', async () => {
  inSession('b.txt', 'b\n');
  await run('commit', 'one', '-m', 'Add b');
  await box.git(repo, 'checkout', '-q', '-b', 'other');
  await box.git(repo, 'commit', '-q', '--allow-empty', '-m', 'Elsewhere');
  expect((await run('rebase', 'one', '--onto', 'other', '--preview')).stdout).toBe(
    '1 commit on other, which has 1 more: 1 file, +1 -0\n' +
      '  * Add b\n  A b.txt  +1 -0\nit is based on other from then on\n',
  );
  const { stdout } = await run('rebase', 'one', '--onto', 'other');
  expect(stdout).toMatch(/; what it was is checkpoint 1; it is based on other now\n$/);
  expect((await run('merge', 'one', '--preview')).stdout).toContain('1 commit into other');
});

it('takes the message from an editor, or from the agent’s last words', async () => {
  const editor = join(box.root, 'editor.sh');
  writeFileSync(editor, 'cp "$2" "$1"; sed -i "s/write a/Written by hand/" "$2"\n');
  const seen = join(box.root, 'seen');
  const edit = (...args: string[]) =>
    tempest(box, args, { cwd: repo, env: { GIT_EDITOR: `sh ${editor} ${seen}` } });
  inSession('b.txt', 'b\n');
  expect(await edit('commit', 'one', '--edit')).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(seen, 'utf8')).toMatch(/^write a\n\n# -+ >8 -+\n# All from/);
  expect(await subject()).toBe('Written by hand\n');
  inSession('c.txt', 'c\n');
  writeFileSync(editor, ': > "$2"\n');
  expect(await edit('commit', 'one', '-e')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the message is empty'),
  });
  expect((await run('commit', 'one', '--last')).stderr).toContain('has said nothing yet');
  const agent = join(box.root, 'agent.sh');
  writeFileSync(
    agent,
    `printf '%s' '{"text":"# Add the c\\n\\n## Why\\n\\nIt was missing."}' > "$1/.x"; mv "$1/.x" "$1/1.stop"; exec cat\n`,
  );
  mkdirSync(dirname(box.places.config), { recursive: true });
  const table = `command = ["sh", "${agent}", "{spool}"]\nprompt = "none"\nevents = { stop = { kind = "turn-ended", text = "text" } }\n`;
  writeFileSync(box.places.config, `[agents.mine]\n${table}`);
  const made = await run('new', 'do c', '--name', 'two', '--agent', 'mine', '--json');
  session = JSON.parse(made.stdout) as Session;
  inSession('c.txt', 'c\n');
  await until(async () => (await run('commit', 'two', '--last')).code === 0, { what: 'words' });
  expect(await subject()).toBe('# Add the c\n\n## Why\n\nIt was missing.\n');
});

describe('on a terminal', () => {
  const ask = (...args: string[]) => tempestInTerminal(box, args, { cwd: repo });

  it('shows what would be committed, and asks; --yes does not', async () => {
    inSession('new.txt', 'new\n');
    const refused = ask('commit', 'one');
    await refused.waitFor(/1 file, \+1 -0\s+A new\.txt {2}\+1 -0\s+Commit all of this\? \[y\/N\]/);
    refused.type('n\r');
    expect(await refused.ended).toBe(1);
    expect(await subject()).not.toContain('write a');

    const late = ask('commit', 'one', '-m', 'New');
    await late.waitFor(/Commit all/);
    inSession('later.txt', 'later\n');
    late.type('y\r');
    expect(await late.ended).toBe(1);
    await late.waitFor(/has changed since it was shown/);

    expect(await ask('commit', 'one', '--yes', '-m', 'New').ended).toBe(0);
    expect(await subject()).toContain('New');
  });

  it('shows what would be squashed and merged, and does that', async () => {
    for (const file of ['b.txt', 'c.txt']) {
      inSession(file, `${file}\n`);
      await run('commit', 'one', '-m', `Add ${file}`);
    }
    const squash = ask('squash', 'one', '-m', 'Both');
    await squash.waitFor(
      /2 commits beyond main: 2 files, \+2 -0[^?]*\* Add c\.txt[^?]*A b\.txt[^?]*one commit of them\?/,
    );
    squash.type('y\r');
    expect(await squash.ended).toBe(0);
    writeFileSync(join(repo, 'd.txt'), 'theirs\n');
    await box.git(repo, 'add', 'd.txt');
    await box.git(repo, 'commit', '-qm', 'meanwhile');
    const rebase = ask('rebase', 'one');
    await rebase.waitFor(/\* Both[^?]*carried along\s+Rebase on main\?/);
    rebase.type('y\r');
    expect(await rebase.ended).toBe(0);
    const merge = ask('merge', 'one');
    await merge.waitFor(/1 commit into main[^?]*\* Both[^?]*Merge into main\?/);
    merge.type('y\r');
    expect(await merge.ended).toBe(0);
    expect(readFileSync(join(repo, 'c.txt'), 'utf8')).toBe('c.txt\n');
  });
});
