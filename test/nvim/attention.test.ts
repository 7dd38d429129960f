// Who wants the person: found, answered and left again in Neovim; told once, and the desktop only when nobody is there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const open = async (args: string[] = []): Promise<Editor> => {
    const cwd = await box.repo({ files: { 'src/login.ts': 'export function login(user) {\n}\n' } });
    return startEditor({ version, sandbox: box, cwd, cols: 120, rows: 30, args });
  };
  const demo = async (nvim: Editor, name: string, prompt: string, status: RegExp) => {
    const request = { agent: 'demo', name, prompt, background: true };
    await nvim.lua("require('tempest').new(...)", [request]);
    return await nvim.status(name, status);
  };
  const shown = async (nvim: Editor) => nvim.lua<string | null>('return vim.b.tempest_session');
  const says = (nvim: Editor, text: string) =>
    until(async () => (await nvim.messages()).includes(text), { what: `"${text}"` });

  it('goes to the next with :TempestNext, and on when it is said again', async () => {
    const nvim = await open();
    await nvim.command('TempestNext');
    await says(nvim, 'tempest: no session wants you');
    const done = await demo(nvim, 'done', 'tidy up, without asking', /idle/);
    await nvim.feed(':TempestNew! --name ended -- sh -c "echo bye; exit 3"<CR>');
    const ended = await nvim.atWork('ended', /exited/);
    const first = await demo(nvim, 'first', 'go', /waiting/);
    const second = await demo(nvim, 'second', 'go', /waiting/);
    const visited: (string | null)[] = [];
    for (const wanted of [first, second, done, ended, first]) {
      await nvim.command('TempestNext');
      await until(async () => (await shown(nvim)) === wanted.id, { what: wanted.name });
      visited.push(await shown(nvim));
    }
    expect(visited).toHaveLength(5);
    // To look at one that has ended doesn't start it again.
    expect((await nvim.sessions()).ended).toMatchObject({ status: 'exited', generation: 1 });
    await until(async () => !(await nvim.sessions()).done?.unseen, { what: 'done to be seen' });
    await nvim.inMode('t');
    await nvim.feed('n');
    await nvim.status('first', /idle/);
    await until(
      async () =>
        !Object.values(await nvim.sessions()).some(
          ({ unseen, status }) => unseen && status !== 'waiting',
        ),
      { what: 'all but those that wait to be seen' },
    );
    await nvim.command('TempestNext');
    await until(async () => (await shown(nvim)) === second.id, { what: 'second' });
    await nvim.command('TempestNext');
    await says(nvim, 'tempest: no other session wants you');
  });

  it('finds the one that waits, answers it and is gone, by three keys', async () => {
    const nvim = await open();
    await nvim.command('nmap <Space> <Plug>(tempest-picker)');
    await demo(nvim, 'asks', 'fix the login', /waiting/);
    await demo(nvim, 'done', 'tidy up, without asking', /idle/);
    await demo(nvim, 'limited', 'hit the rate limit', /idle/);
    await nvim.feed('<Space>');
    await nvim.waitForText(/asks to use Run\s*│\n.*npm test\s*│\n.*a allow {3}r refuse/);
    await nvim.waitForText(/Run "npm test"\? \(y\/n\)/);
    const screen = nvim.screen().join('\n');
    expect(screen).toMatch(/│ ◆ asks .*│/);
    expect(screen).toMatch(/│ {3}Run npm test .*│/);
    expect(screen).toMatch(/│ ▲ limited .*│.*\n.*│ {3}rate limit: Rate limit reached/);
    expect(screen).toMatch(/│ ◉ done .*│.*\n.*│ {3}\w/);
    expect(await nvim.lua("return require('tempest').statusline()")).toBe('◆1 ▲1 ◉1');
    await nvim.feed('a');
    await nvim.feed('q');
    const answered = `return vim.iter(require('tempest').sessions()):find(function(session)
      return session.name == 'asks'
    end).activity`;
    const rehearsed = async () => (await nvim.lua<string>(answered)).includes('tests rehearsed');
    await until(rehearsed, { what: 'the end of the turn' });
    expect(await nvim.lua('return #vim.api.nvim_list_wins()')).toBe(1);
  });

  it('offers the keys that answer only where the agent is known to take them', async () => {
    const ask = `echo '{"tool":"Shell","text":"rm x"}' >'{spool}/.x' && mv '{spool}/.x' '{spool}/1.ask'`;
    const table = (name: string, answers: string) => `
      [agents.${name}]
      command = ["sh", "-c", ${JSON.stringify(`${ask}; read -r line`)}]
      ${answers}
      [agents.${name}.events]
      ask = { kind = "asked", tool = "tool", text = "text" }
    `;
    mkdirSync(dirname(box.places.config), { recursive: true });
    const keyed = table('keyed', 'answers = { allow = "y", deny = "n" }');
    writeFileSync(box.places.config, keyed + table('mute', ''));
    const nvim = await open();
    for (const [agent, hint] of [
      ['keyed', /rm x\s*│\n.*a allow {3}r refuse[\s\S]*╰ .*a allow {2}r refuse .*\? help ─*╯/],
      ['mute', /rm x\s*│\n.*<CR> open it and answer[\s\S]*╰ <CR> open {2}n new .*\? help ─*╯/],
    ] as const) {
      const request = { agent, name: agent, prompt: '', background: true };
      await nvim.lua("require('tempest').new(...)", [request]);
      const { id } = await nvim.status(agent, /waiting/);
      await nvim.feed(':Tempest<CR>');
      await nvim.waitForText(hint);
      await nvim.feed('q');
      await nvim.lua("require('tempest.actions').remove({ id = ... }, { force = true })", [id]);
      await until(async () => !(await nvim.sessions())[agent], { what: `${agent} to be gone` });
    }
  });

  it('refuses in the list at the side, and goes from one to the next with Tab', async () => {
    const nvim = await open();
    await demo(nvim, 'one', 'go', /waiting/);
    await demo(nvim, 'two', 'go', /waiting/);
    await nvim.feed(':TempestNew! --name calm -- cat<CR>');
    await nvim.atWork('calm');
    await nvim.feed(':TempestList<CR>');
    await nvim.waitForText(/calm /);
    const selected = () => nvim.screen()[nvim.cursor().row] ?? '';
    await nvim.feed('a');
    await says(nvim, 'asks nothing');
    for (const name of ['one', 'two', 'one']) {
      await nvim.feed('<Tab>');
      await until(() => selected().includes(` ${name} `), { what: `the cursor on ${name}` });
    }
    await nvim.feed('r');
    await says(nvim, 'one: refused Run npm test');
    await nvim.status('one', /idle/);
    expect((await nvim.sessions()).two?.status).toBe('waiting');
  });

  it('tells each change once, and not of the session at hand', async () => {
    const nvim = await open();
    await nvim.lua(`
      _G.told, _G.events = {}, {}
      vim.notify = function(text) table.insert(_G.told, text) end
      vim.api.nvim_create_autocmd('User', { pattern = 'TempestAttention', callback = function(event)
        table.insert(_G.events, event.data.session.name .. ' ' .. event.data.reason)
      end })`);
    const told = () => nvim.lua<string[]>('return _G.told');
    const asks = await demo(nvim, 'asks', 'go', /waiting/);
    await demo(nvim, 'limited', 'hit the rate limit', /idle/);
    await nvim.lua("require('tempest').answer('asks', 'deny')");
    await nvim.status('asks', /idle/);
    await until(async () => (await told()).some((text) => text.includes('asks has finished')), {
      what: 'the last notification',
    });
    const ours = (await told()).filter((text) => !/creating|starting|is at work/.test(text));
    expect(ours).toEqual([
      // In the words of the agent or of its terminal, whichever came first.
      expect.stringMatching(/^tempest: asks waits for you: Run "?npm test/),
      'tempest: limited was stopped: rate limit: Rate limit reached: try again in an hour',
      expect.stringMatching(/^tempest: asks: refused/),
      expect.stringMatching(/^tempest: asks has finished: Done: /),
    ]);
    expect(await nvim.lua('return _G.events')).toEqual([
      'asks waiting',
      'limited problem',
      'asks finished',
    ]);
    await nvim.command('TempestOpen asks');
    await until(async () => (await shown(nvim)) === asks.id, { what: 'its terminal' });
    await nvim.lua("require('tempest').setup({ notify = { 'waiting' } })");
    await nvim.lua("require('tempest').send('asks', 'and again')");
    const asked = async () => (await nvim.lua<string[]>('return _G.events')).length === 4;
    await until(asked, { what: 'the event' });
    await demo(nvim, 'other', 'tidy up, without asking', /idle/);
    await demo(nvim, 'third', 'go', /waiting/);
    await until(async () => (await told()).some((text) => text.includes('third waits')), {
      what: 'the notification that is wanted',
    });
    const later = (await told()).join('\n').split('asks has finished')[1];
    expect(later).not.toMatch(/asks waits|other has finished/);
  });

  it('leaves the desktop alone while the person is there', async () => {
    const file = join(box.root, 'told');
    mkdirSync(dirname(box.places.config), { recursive: true });
    const words = ['sh', '-c', 'echo "$0" >>"$1"', '{name}', file];
    writeFileSync(box.places.config, `notify = ${JSON.stringify(words)}\n`);
    const told = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    const nvim = await open();
    await demo(nvim, 'here', 'tidy up, without asking', /idle/);
    await nvim.lua("require('tempest').open('here')");
    await until(async () => !(await nvim.sessions()).here?.unseen, { what: 'here to be seen' });
    await nvim.client.request('nvim_ui_set_focus', [false]);
    await nvim.lua(
      "require('tempest').new({ agent = 'demo', name = 'away', prompt = 'tidy up, without asking', background = true })",
    );
    await until(() => told() === 'away\n', { what: 'the notification' });
    await nvim.kill();
  });
});
