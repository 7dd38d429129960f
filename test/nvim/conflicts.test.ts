// `:TempestConflicts`: the quickfix list of what would conflict.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('says that there are none, then lists the files of those there are', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    for (const name of ['one', 'two']) {
      await nvim.feed(`:TempestNew! --name ${name} -- cat<CR>`);
      await nvim.atWork(name);
    }
    await nvim.feed(':TempestConflicts<CR>');
    await nvim.waitForText(/tempest: no conflicts/);
    const { one, two } = await nvim.sessions();
    for (const session of [one, two]) {
      writeFileSync(join(session?.worktree ?? '', 'README.md'), `of ${session?.name}\n`);
    }
    await nvim.feed(':TempestConflicts<CR>');
    // The path may be longer than the screen is wide.
    await nvim.inBuffer(/README\.md\|1\| one conflicts with two/);
    await nvim.feed('<CR>');
    expect(await nvim.lua('return vim.api.nvim_buf_get_name(0)')).toBe(
      join(one?.worktree ?? '', 'README.md'),
    );
  });

  it('lists a file that the session has removed where the other side has it', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    rmSync(join(one.worktree, 'README.md'));
    writeFileSync(join(cwd, 'README.md'), 'of main\n');
    await box.git(cwd, 'commit', '-qam', 'Meanwhile');
    await nvim.feed(':TempestConflicts<CR>');
    await nvim.inBuffer(/README\.md\|1\| one conflicts with main/);
    await nvim.feed('<CR>');
    await nvim.inBuffer(/^of main$/);
    expect(await nvim.lua('return vim.api.nvim_buf_get_name(0)')).toBe(join(cwd, 'README.md'));
  });

  it('shows them in the picker, with the files, and anew when a turn has ended', async () => {
    const cwd = await box.repo();
    const agent = join(box.root, 'agent.sh');
    const [working, resting] = ['3;0', '0;0'].map((told) => `printf '\\033]9;4;${told}\\007'`);
    writeFileSync(agent, `while read -r line; do ${working}; eval "$line"; ${resting}; done\n`);
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 130, rows: 40 });
    for (const name of ['one', 'two']) {
      await nvim.feed(`:TempestNew! --name ${name} -- sh ${agent}<CR>`);
      await nvim.atWork(name);
    }
    const { one } = await nvim.sessions();
    writeFileSync(join(one?.worktree ?? '', 'README.md'), 'of one\n');
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/ two /);
    expect(nvim.screen().join('\n')).not.toContain('≠');
    await nvim.lua(
      "require('tempest.rpc').request('session/send', { session = 'two', text = 'echo two > README.md' }, function() end)",
    );
    await nvim.waitForText(/ two .*≠/);
    await nvim.waitForText(/ one .*≠/);
    await nvim.waitForText(/≠ conflicts with (one|two) in README\.md/);
    await nvim.feed('p');
    await nvim.waitForText(/≠ conflicts with (one|two) in README\.md/);
    await nvim.waitForText(/README\.md +\+1 -1/);
  });
});
