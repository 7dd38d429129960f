// `tempest pr`: pushed, and begun by the forge's own tool or on its page; what is left out is said.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../src/core/session/session.ts';
import { remoteOn, standIn } from '../support/forge.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { tempest } from './support/tempest.ts';

let box: Sandbox;
let repo: string;
let session: Session;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo();
  const made = await run(['new', 'Write a\n\nand b', '--name', 'one', '--json', '--', 'cat']);
  session = JSON.parse(made.stdout) as Session;
});
afterEach(() => box.dispose());

const run = (args: string[], env = {}) => tempest(box, args, { cwd: repo, env });

it("runs the forge's own tool in the worktree, and says what is not committed", async () => {
  const remote = await remoteOn(box, repo, 'gitlab.com');
  const glab = standIn(box, 'glab', 'echo opened');
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(session.worktree, name), 'new\n');
  expect(await run(['pr', 'one'], { PATH: glab.path })).toEqual({
    code: 0,
    stdout: 'opened\n',
    stderr: 'tempest: 2 files are not committed, and so not in what was pushed\n',
  });
  expect(glab.call()).toEqual([
    ...[session.worktree, 'mr', 'create', '--source-branch', session.branch],
    ...['--target-branch', 'main', '--title', 'Write a', '--description', 'and b', '--yes'],
  ]);
  const pushed = await box.git(remote, 'rev-parse', session.branch);
  expect(pushed).toBe(session.base.commit);
});

it('tells the page when the tool fails, and when only that is wanted', async () => {
  await remoteOn(box, repo, 'github.com');
  const gh = standIn(box, 'gh', 'echo "not logged in" >&2; exit 4');
  const page = `https://github.com/o/r/compare/main...${session.branch}?expand=1`;
  expect(await run(['pr', 'one'], { PATH: gh.path })).toEqual({
    code: 1,
    stdout: '',
    stderr: `not logged in\ntempest: the page on which it is begun is ${page}\n`,
  });
  const only = await run(['pr', 'one', '--web'], { PATH: gh.path });
  expect(only).toEqual({ code: 0, stdout: `${page}\n`, stderr: '' });
  const answer = JSON.parse((await run(['pr', 'one', '--json'], { PATH: gh.path })).stdout);
  expect(answer).toMatchObject({ tool: 'gh', uncommitted: 0, url: page });
  expect(answer.command.slice(0, 3)).toEqual(['gh', 'pr', 'create']);
});
