// `:TempestRace` and `:TempestCompare`, from the keyboard alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { running, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('starts several, compares them live, and keeps one', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 110, rows: 40 });
    await nvim.feed(':TempestRace -n 3 --agents demo,demo,nobody fix the login<CR>');
    await nvim.waitForText(/attempt 3 \(nobody\)/);
    for (const name of ['fix-login-1', 'fix-login-2']) await nvim.status(name, running);
    await nvim.status('fix-login-2', /waiting|idle/);
    await nvim.feed('<CR>:TempestCompare<CR>');
    await nvim.waitForText(/name +agent +status +files +\+\/- +check +tokens +turns +time/);
    await nvim.waitForText(/fix-login-1 +demo/);
    const { 'fix-login-1': one } = await nvim.sessions();
    // Counted when it is asked for, whether the agent has said anything or not.
    writeFileSync(join(one?.worktree ?? '', 'more.txt'), 'more\n'.repeat(777));
    await nvim.feed('q:TempestCompare fix-login-1<CR>');
    await nvim.waitForText(/fix-login-1 +demo.* \+\d*7\d\d -/);
    // And told anew when something becomes of them.
    await nvim.feed('jk:TempestClose fix-login-2<CR>');
    await nvim.waitForText(/fix-login-2 +demo +closed/);
    await nvim.feed('d');
    await nvim.waitForText(/against fix-login-2/);
    await nvim.waitForText(/more\.txt/);
    await nvim.feed(':tabclose<CR>:TempestCompare fix-login<CR>');
    await nvim.waitForText(/fix-login-1 +demo.* \+\d*7\d\d -/);
    await nvim.feed('c');
    await nvim.waitForText(/Keep fix-login-1\?/);
    await nvim.waitForText(/fix-login-2/);
    await nvim.feed('y');
    await nvim.waitForText(/fix-login-1 is kept/);
    const isGone = async () => !('fix-login-2' in (await nvim.sessions()));
    await until(isGone, { what: 'the other to be removed' });
    await nvim.feed('<CR>:TempestRestore fix-login-2<CR>');
    expect(await nvim.status('fix-login-2', /closed/)).toBeTruthy();
  });
});
