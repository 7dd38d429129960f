// `:TempestRewind`: a session's files as they were at the end of an earlier turn.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('shows the checkpoints, and goes back to the one that is chosen', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one --agent demo write a file<CR>');
    const one = await nvim.atWork('one', /waiting/);
    await nvim.feed(':TempestRewind one<CR>');
    await nvim.waitForText(/one has no checkpoint yet/);
    await nvim.feed(':TempestOpen one<CR>');
    await nvim.inMode('t');
    await nvim.feed('y');
    await nvim.status('one', /idle/);
    await nvim.feed('<C-\\><C-n>:TempestRewind one<CR>');
    await nvim.waitForText(/1 {2}\d\d:\d\d {2}done {2}\d+ tok {2}write a file/);
    writeFileSync(join(one.worktree, 'later.txt'), 'later\n');
    for (let n = 1; n <= 20; n++) writeFileSync(join(one.worktree, `much${n}.txt`), '');
    await nvim.feed('1<CR>');
    await nvim.waitForText(/one back to checkpoint 1\?.*\n.*later\.txt {2}removed/);
    await nvim.waitForText(/and 9 more files/);
    expect(existsSync(join(one.worktree, 'later.txt'))).toBe(true);
    await nvim.feed('y');
    await nvim.waitForText(/one is back at checkpoint 1; what it was is checkpoint 2/);
    expect(existsSync(join(one.worktree, 'later.txt'))).toBe(false);
    await until(() => existsSync(join(one.worktree, 'README.md')), { what: 'its files' });
  });
});
