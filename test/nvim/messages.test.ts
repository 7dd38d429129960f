// Sending from Neovim: what the person looks at, queues, and the library of prompts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'src/a.lua': 'local one = 1\nlocal two = 2\nreturn one\n' } });
});
afterEach(() => box.dispose());

/** Shows its input line by line, and each line once more when Enter came. */
const cat = 'cat';

describe.each(neovims)('Neovim $version', ({ version }) => {
  const open = (args: string[] = ['-c', 'edit src/a.lua']): Promise<Editor> =>
    startEditor({ version, sandbox: box, cwd: repo, args, cols: 110, rows: 40 });
  const start = async (nvim: Editor, name: string, command = cat) => {
    await nvim.command(`TempestNew! --name ${name} -- ${command}`);
    return await nvim.atWork(name);
  };
  const work = async (nvim: Editor, name: string, prompt: string, status: RegExp) => {
    await nvim.command(`TempestNew! --agent demo --name ${name} ${prompt}`);
    return await nvim.atWork(name, status);
  };
  /** What Neovim asks the daemon. */
  const ask = <T>(nvim: Editor, method: string, params: object) =>
    nvim.lua<T>(
      `local method, params = ...
       return require('tempest.rpc').wait(method, params, 10000)`,
      [method, params],
    );
  /** A message, though another may have taken its place on the screen. */
  const says = (nvim: Editor, pattern: RegExp) =>
    until(async () => pattern.test(await nvim.messages()), { what: `the message ${pattern}` });
  const shows = (nvim: Editor, session: string, text: string) =>
    until(
      async () => {
        const params = { session, scrollback: true };
        const { text: all } = await ask<{ text: string }>(nvim, 'terminal/screen', params);
        return all.includes(text) ? all : null;
      },
      { what: `${text} on the screen of ${session}` },
    );

  it('sends file, selection, diagnostics and quickfix list, by their paths in the worktree', async () => {
    const nvim = await open();
    const { id, name, worktree } = await start(nvim, 'look');
    await nvim.lua(
      `local ns = vim.api.nvim_create_namespace('test')
       vim.diagnostic.set(ns, 0, {
         { lnum = 1, col = 6, message = 'unused\\nlocal', severity = 2, source = 'lint' },
       })
       vim.fn.setqflist({ { filename = 'src/a.lua', lnum = 3, text = 'look   here' } })`,
    );
    await nvim.feed(':TempestSend --session look see @file, please @diagnostics @quickfix<CR>');
    await says(nvim, /sent to look/);
    const text = await shows(nvim, name, 'src/a.lua:3: look here');
    expect(text).toContain('see src/a.lua, please');
    expect(text).toContain('src/a.lua:2:7: warning: unused local (lint)');
    await nvim.feed(':1,2TempestSend --session look these lines<CR>');
    await shows(nvim, name, 'these lines');
    expect(await shows(nvim, name, 'local two = 2')).toContain('src/a.lua:1-2');
    await nvim.feed('ggVj<Esc>:TempestSend --session look mind @selection and \\@file<CR>');
    await shows(nvim, name, 'and @file');
    // A file of the session's own worktree has the same path, one of elsewhere its whole path.
    const path = (of: string) =>
      nvim.lua<string>(
        `local of, id = ...
         return require('tempest.context').path(of, require('tempest.state').get(id))`,
        [of, id],
      );
    expect(await path(join(worktree, 'src/a.lua'))).toBe('src/a.lua');
    expect(await path('/etc/hostname')).toBe('/etc/hostname');
    const linked = join(box.root, 'linked');
    await box.git(repo, 'worktree', 'add', '-q', linked);
    expect(await path(join(linked, 'src/a.lua'))).toBe('src/a.lua');
    const other = await box.repo();
    expect(await path(join(other, 'README.md'))).toBe(join(other, 'README.md'));
  });

  it('leaves out the middle of a message that is too long, without a prompt, and keeps all of it', async () => {
    const nvim = await startEditor({ version, sandbox: box, cwd: repo, cols: 80, rows: 24 });
    await nvim.command('set shortmess-=T');
    const middle = 'in the middle '.repeat(12);
    for (const level of ['INFO', 'WARN', 'ERROR']) {
      const text = `${level} begins ${middle}and ends`;
      const show = `local text, level = ...
        require('tempest.message').show(text, vim.log.levels[level])`;
      await nvim.lua(show, [text, level]);
      const shown = await nvim.waitForText(new RegExp(`tempest: ${level} begins .*and ends`));
      expect(shown[0]).toContain('...');
      expect((await nvim.client.mode).blocking).toBe(false);
      expect(await nvim.messages()).toContain(`tempest: ${text}`);
    }
    expect(await nvim.lua('return vim.o.shortmess')).not.toContain('T');
    expect(nvim.screen().join('\n')).not.toMatch(/Press ENTER|-- More --/);
  });

  it('sends nothing when what was named is not there, and says so', async () => {
    const nvim = await open();
    await start(nvim, 'look');
    await nvim.feed(':TempestSend --session look fix @diagnostics<CR>');
    await says(nvim, /there are no diagnostics here/);
    await nvim.feed(':TempestSend --queue=no x<CR>');
    await says(nvim, /--queue takes no value/);
    const complete = (line: string) =>
      nvim.lua<string[]>("return vim.fn.getcompletion(..., 'cmdline')", [line]);
    expect(await complete('TempestSend fix @d')).toEqual(['@diagnostics']);
    expect(await complete('TempestSend --q')).toEqual(['--queue']);
  });

  it('sends to several sessions, and says of each that failed why', async () => {
    const nvim = await open();
    const [one, two] = [
      await work(nvim, 'one', 'a without asking', /idle/),
      await work(nvim, 'two', 'b', /waiting/),
    ];
    await nvim.feed(`:TempestSend --session one,two c without asking<CR>`);
    await says(nvim, /sent to 1 of 2 sessions/);
    expect(await nvim.messages()).toMatch(/two: the agent waits for an answer/);
    await shows(nvim, one.id, 'c without asking');
    expect(await ask(nvim, 'queue/list', { session: two.id })).toMatchObject({ items: {} });
  });

  it('shows a queue, in which items are added, edited, moved, held and removed', async () => {
    const nvim = await open();
    await work(nvim, 'busy', 'change it', /waiting/);
    await nvim.feed(':TempestSend --session busy --queue first<CR>');
    await says(nvim, /busy has it in its queue/);
    await nvim.feed(':TempestQueue busy<CR>');
    await nvim.waitForText(/1 {3}first/);
    await nvim.feed('a');
    await nvim.waitForText(/Queue for busy/);
    await nvim.feed('second<C-j>line<CR>');
    await nvim.waitForText(/2 {3}second line/);
    await nvim.feed('J');
    await nvim.waitForText(/1 {3}second line[\s\S]*2 {3}first/);
    await nvim.feed('<CR>');
    await nvim.waitForText(/─ Edit ─/);
    await nvim.feed(' and more<CR>');
    await nvim.waitForText(/2 {3}first and more/);
    await nvim.feed('h');
    await nvim.waitForText(/2 ‖ first and more/);
    await nvim.feed('H');
    await nvim.waitForText(/Held: Held by you/);
    // Another client's change is shown at once.
    await ask(nvim, 'queue/add', { session: 'busy', text: 'from elsewhere' });
    await nvim.waitForText(/3 {3}from elsewhere/);
    await nvim.feed('dd');
    await nvim.waitForText(/2 {3}from elsewhere/);
    expect(await ask(nvim, 'queue/list', { session: 'busy' })).toMatchObject({
      hold: { why: 'person' },
      items: [{ text: 'second\nline' }, { text: 'from elsewhere' }],
    });
    await nvim.feed('q:TempestList<CR>');
    await nvim.waitForText(/busy.*»2!/);
  });

  it('takes nothing back for an answer that comes late', async () => {
    const nvim = await open();
    await work(nvim, 'busy', 'change it', /waiting/);
    await ask(nvim, 'queue/add', { session: 'busy', text: 'first' });
    await nvim.feed(':TempestQueue busy<CR>');
    await nvim.waitForText(/1 {3}first/);
    await nvim.lua(`
      local rpc = require('tempest.rpc')
      local request = rpc.request
      rpc.request = function(method, params, callback)
        return request(method, params, function(...)
          local answer = vim.F.pack_len(...)
          local function take() callback(vim.F.unpack_len(answer)) end
          if method == 'queue/hold' then _G.late = take else take() end
        end)
      end`);
    await nvim.feed('H');
    await nvim.waitForText(/Held: Held by you/);
    await until(() => nvim.lua('return _G.late ~= nil'), { what: 'the answer' });
    await ask(nvim, 'queue/add', { session: 'busy', text: 'second' });
    await nvim.waitForText(/2 {3}second/);
    await nvim.lua('_G.late()');
    expect(await nvim.lua('return vim.api.nvim_buf_line_count(0)')).toBe(4);
  });

  it('says that a queue holds itself, and why', async () => {
    const nvim = await open();
    const { id } = await work(nvim, 'busy', 'change it', /waiting/);
    await ask(nvim, 'queue/add', { session: id, text: 'next' });
    await nvim.command('TempestOpen busy');
    await nvim.waitForText(/\(y\/n\)/);
    await nvim.inMode('t');
    await nvim.feed('<Esc>');
    await says(nvim, /the queue of busy is held\. The last turn was interrupted/);
  });

  it('fills in a prompt of the library, shows it, and sends it or starts a session with it', async () => {
    const mine = join(box.env.XDG_CONFIG_HOME ?? '', 'tempest/prompts');
    const theirs = join(repo, '.tempest/prompts');
    mkdirSync(mine, { recursive: true });
    mkdirSync(theirs, { recursive: true });
    const head = '---\ndescription: Explain lines\nagent: demo\n---\n';
    writeFileSync(join(mine, 'explain.md'), `${head}Explain {{selection}}\nof {{file}}: {{input}}`);
    writeFileSync(join(theirs, 'tidy.md'), 'Tidy up, without asking');
    const nvim = await open();
    await start(nvim, 'look');
    await nvim.lua(
      `vim.ui.select = function(items, options, done)
         _G.offered = { options.kind, vim.tbl_map(options.format_item, items) }
         done(items[2])
       end`,
    );
    await nvim.feed(':TempestPrompt --session look<CR>');
    await nvim.waitForText(/Send to look/);
    expect(await nvim.lua('return _G.offered')).toEqual([
      'tempest_prompt',
      ['explain  Explain lines', 'tidy (of this repository)'],
    ]);
    await nvim.feed('<CR>');
    await shows(nvim, 'look', 'Tidy up, without asking');
    await nvim.feed(':1,2TempestPrompt! explain<CR>');
    await nvim.waitForText(/─ explain ─/);
    await nvim.feed('why? without asking<CR>');
    await nvim.waitForText(/New session/);
    await nvim.waitForText(/of src\/a\.lua: why\?/);
    await nvim.feed('<CR>');
    const session = await until(
      async () =>
        Object.values(await nvim.sessions()).find(({ prompt }) => prompt.startsWith('Explain')),
      { what: 'the new session' },
    );
    expect(session.prompt).toBe(
      'Explain src/a.lua:1-2\n```lua\nlocal one = 1\nlocal two = 2\n```\nof src/a.lua: why? without asking',
    );
    const complete = (line: string) =>
      nvim.lua<string[]>("return vim.fn.getcompletion(..., 'cmdline')", [line]);
    expect(await complete('TempestPrompt ')).toEqual(['explain', 'tidy']);
  });
});
