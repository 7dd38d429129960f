// `:TempestRewind`: a session's files as they were at the end of an earlier turn.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'vitest';
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
    const one = await nvim.status('one', /waiting/);
    await nvim.feed(':TempestRewind one<CR>');
    await nvim.waitForText(/one has no checkpoint yet/);
    await nvim.feed(':TempestOpen one<CR>');
    await nvim.inMode('t');
    await nvim.feed('y');
    await nvim.status('one', /idle/);
    await nvim.feed('<C-\\><C-n>:TempestRewind one<CR>');
    await nvim.waitForText(/1 {2}\d\d:\d\d {2}done {2}write a file/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/one is back at checkpoint 1; what it was is checkpoint 2/);
    await until(() => existsSync(join(one.worktree, 'README.md')), { what: 'its files' });
  });
});
