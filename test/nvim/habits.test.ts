// What else lives in a person's Neovim: their own remote plugins, a small screen, no command line.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { processesOf } from '../support/processes.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

const project = resolve(import.meta.dirname, '../..');

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('works before, in and after a Neovim where :UpdateRemotePlugins was run', async () => {
    const cwd = await box.repo();
    const env = { NVIM_RPLUGIN_MANIFEST: join(box.root, 'rplugin.vim') };
    const host = join(project, 'node_modules/neovim/bin/cli.js');
    const args = ['--cmd', `let g:node_host_prog = '${host}'`];
    const first = await startEditor({ version, sandbox: box, cwd, env, args });
    await first.feed(':TempestNew! --name one -- cat<CR>');
    await first.atWork('one');
    await first.command('silent UpdateRemotePlugins');
    const manifest = await first.lua<string[]>('return vim.fn.readfile(...)', [
      env.NVIM_RPLUGIN_MANIFEST,
    ]);
    expect(manifest.join('\n')).toContain('TempestHostInfo');
    await first.feed(':TempestNew! --name two -- cat<CR>');
    await first.atWork('two');

    const second = await startEditor({ version, sandbox: box, cwd, env, args });
    // From the manifest, by the person's own provider.
    const provided = await second.lua<{ pid: number }>('return vim.fn.TempestHostInfo()');
    expect(provided.pid).toBeGreaterThan(0);
    await second.feed(':TempestNew! --name three -- cat<CR>');
    await second.atWork('three');
    expect(Object.keys(await second.sessions()).sort()).toEqual(['one', 'three', 'two']);
    const serving = processesOf(box.root).filter(({ command }) => command.includes('--serve'));
    expect(serving).toHaveLength(2);
  });

  it('a session file brings terminals back, and leaves nothing in the way of what else there was', async () => {
    const cwd = await box.repo({ files: { 'a.txt': 'one\n' } });
    const first = await startEditor({ version, sandbox: box, cwd });
    await first.feed(':TempestNew --name one -- cat<CR>');
    const mode = () => first.lua<string>('return vim.api.nvim_get_mode().mode');
    await until(async () => (await mode()) === 't', { what: 'the terminal' });
    await first.feed('hello<CR>');
    await first.waitForText(/hello[\s\S]*hello/);
    const { worktree } = (await first.sessions()).one ?? {};
    writeFileSync(join(worktree ?? '', 'a.txt'), 'two\n');
    await first.feed('<C-Bslash><C-n>:TempestDiff one<CR>');
    await first.waitForText(/two/);
    const file = join(box.root, 'S.vim');
    await first.command(`mksession ${file}`);
    await first.kill();

    const second = await startEditor({ version, sandbox: box, cwd, args: ['-S', file] });
    // Neovim 0.10 itself tells which names it has given.
    await second.feed('<CR>');
    await second.waitForText(/a\.txt +1,1/);
    await second.feed('<C-Bslash><C-n>:tabfirst<CR>');
    await second.waitForText(/hello[\s\S]*hello/);
    const named = () =>
      second.lua<
        string[]
      >(`return vim.tbl_map(vim.api.nvim_buf_get_name, vim.tbl_filter(function(buf)
        return vim.fn.bufname(buf):match('^t[^/]*://') ~= nil
      end, vim.api.nvim_list_bufs()))`);
    await until(async () => (await named()).length === 1, { what: 'one buffer of ours' });
    expect((await named())[0]).toMatch(/^tempest:\/\/\w+\/one$/);
    await second.feed(':TempestDiff one<CR>');
    await second.waitForText(/a\.txt[\s\S]*two/);
    expect(await second.messages()).not.toMatch(/E\d+|stack traceback/);
  });

  it.each([
    { cols: 40, lines: 10, height: 1 },
    { cols: 60, lines: 15, height: 0 },
  ])(
    "never asks to hit Enter on $cols columns with 'cmdheight' $height",
    async ({ cols, lines, height }) => {
      const cwd = await box.repo();
      const args = ['-c', `set cmdheight=${height}`];
      const nvim = await startEditor({ version, sandbox: box, cwd, cols, rows: lines, args });
      await nvim.lua(`for i = 1, 5 do
      require('tempest.message').show(('a message that is far too long for this screen '):rep(5) .. i)
    end`);
      await nvim.feed(':TempestNew! --agent nobody hello<CR>');
      await until(async () => (await nvim.messages()).includes('agent'), { what: 'the message' });
      await nvim.feed(':TempestNew! --agent demo hello<CR>');
      await until(async () => (await nvim.messages()).includes('hello wa'), {
        what: 'the call for attention',
      });
      const { mode, blocking } = await nvim.client.mode;
      expect({ mode, blocking }).toEqual({ mode: 'n', blocking: false });
    },
  );

  it('tells of changes with data, once each', async () => {
    const nvim = await startEditor({ version, sandbox: box, cwd: await box.repo() });
    await nvim.lua(`
      _G.seen = {}
      for _, name in ipairs({ 'TempestSessionChanged', 'TempestAttention', 'TempestConnected' }) do
        vim.api.nvim_create_autocmd('User', { pattern = name, callback = function(event)
          local session = event.data.session
          table.insert(_G.seen, { name, session and session.status or '', event.data.reason or '' })
        end })
      end`);
    await nvim.feed(':TempestNew! --agent demo hello<CR>');
    await nvim.atWork('hello', /waiting/);
    await until(
      async () => (await nvim.lua<string>('return require("tempest").statusline()')) === '◆1',
      {
        what: 'the statusline to count it',
      },
    );
    const seen = await nvim.lua<[string, string, string][]>('return _G.seen');
    expect(seen.filter(([name]) => name === 'TempestAttention')).toEqual([
      ['TempestAttention', 'waiting', 'waiting'],
    ]);
    expect(seen.filter(([name]) => name === 'TempestConnected')).toHaveLength(1);
    // A Neovim that is busy is told of the last change only, so nothing is said of those before.
    const changes = seen.filter(([name]) => name === 'TempestSessionChanged');
    expect(changes.at(-1)?.[1]).toBe('waiting');
  });
});
