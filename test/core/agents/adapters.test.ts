// How each known CLI is started, resumed and forked, by its own documentation (named in its adapter).

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LaunchContext } from '../../../src/core/agents/agent.ts';
import { agentsFrom } from '../../../src/core/agents/registry.ts';
import { agentTablesSchema } from '../../../src/core/agents/table.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

const id = '0b7f6d3e-0000-4000-8000-000000000001';
const get = (name: string, tables: Record<string, unknown> = {}) =>
  agentsFrom(agentTablesSchema.parse(tables), '/programs').get(name);

function context(changed: Partial<LaunchContext> = {}): LaunchContext {
  const worktree = join(box.root, 'tree');
  const scratch = join(box.root, 'scratch');
  for (const folder of [worktree, scratch]) mkdirSync(folder, { recursive: true });
  const given = { prompt: 'fix it', conversation: null, spool: '/the/spool', env: box.env };
  return { ...given, worktree, scratch, createdAt: Date.now() - 60_000, ...changed };
}

function write(path: string, ...lines: unknown[]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const others = [
  'gemini',
  'qwen',
  'copilot',
  'cursor-agent',
  'amp',
  'droid',
  'goose',
  'cline',
  'aider',
];
const nasty = ['--help', '-p', "it's", '$(touch x)', 'a\nb', '"; rm -rf ~ #', '😀 `id`', 'update'];

describe('hazard 11: a prompt', () => {
  it.each(nasty)('is one argument and no option, or typed: %j', (prompt) => {
    for (const name of others) {
      const { args, typed } = get(name).start(context({ prompt, conversation: id }));
      if (typed !== undefined) {
        expect([name, typed]).toEqual([name, prompt]);
        continue;
      }
      const last = args.at(-1) ?? '';
      const value = /^--[a-z-]+=([\s\S]*)$/.exec(last)?.[1];
      expect([name, (value ?? last).trim()]).toEqual([name, prompt]);
      if (value === undefined) expect([name, args.at(-2)]).toEqual([name, '--']);
    }
  });

  it('is left out when there is none', () => {
    const starts = others.map((name) => get(name).start(context({ prompt: '', conversation: id })));
    for (const { args, typed } of starts) {
      expect(typed).toBeUndefined();
      expect(args.join(' ')).not.toMatch(/--$|interactive=|--text/);
    }
  });
});

describe('permissionless', () => {
  it.each([
    ['gemini', '--approval-mode=yolo'],
    ['qwen', '--approval-mode=yolo'],
    ['copilot', '--allow-all'],
    ['cursor-agent', '--force'],
    ['amp', '--dangerously-allow-all'],
    ['droid', '--skip-permissions-unsafe'],
    ['cline', '--auto-approve=true'],
    ['aider', '--yes-always'],
  ])('of %s is %s, and off by default', (name, flag) => {
    expect(get(name).start(context()).args).not.toContain(flag);
    const on = get(name, { [name]: { permissionless: true } });
    expect([on.permissionless, on.start(context()).args]).toEqual([
      true,
      expect.arrayContaining([flag]),
    ]);
  });

  it('is not what cline and goose do by themselves', () => {
    expect(get('cline').start(context()).args).toContain('--auto-approve=false');
    const freed = get('cline', { cline: { permissionless: true } }).start(context());
    expect(freed.args).not.toContain('--auto-approve=false');
    const modeOf = (tables = {}) => get('goose', tables).start(context()).env?.GOOSE_MODE;
    expect(modeOf()).toBe('smart_approve');
    expect(modeOf({ goose: { permissionless: true } })).toBe('auto');
    write(join(box.env.XDG_CONFIG_HOME ?? '', 'goose/config.yaml'));
    writeFileSync(join(box.env.XDG_CONFIG_HOME ?? '', 'goose/config.yaml'), 'GOOSE_MODE: chat\n');
    expect(modeOf()).toBeUndefined();
  });
});

describe('hazard 20: a conversation', () => {
  it('of gemini is resumed by its id once there was a turn, and forked from its record', async () => {
    const known = context({ conversation: id });
    const gemini = get('gemini');
    expect(gemini.start(known).args.slice(0, 2)).toEqual(['--session-id', id]);
    expect(await gemini.resume?.(known)).toBeNull();
    const project = join(box.home, '.gemini/tmp/tree');
    const record = join(project, 'chats/session-2026-11-24T00-38-0b7f6d3e.jsonl');
    write(record, { sessionId: id }, { $set: { messages: [{ id: 'x', type: 'user' }] } });
    writeFileSync(join(project, '.project_root'), known.worktree);
    expect(await gemini.resume?.(known)).toBeNull();
    write(record, { sessionId: id }, { id: 'y', timestamp: '', type: 'user', content: [] });
    expect((await gemini.resume?.(known))?.args).toEqual(['--resume', id]);
    expect(await gemini.resume?.({ ...known, worktree: box.root })).toBeNull();
    expect(await gemini.findTranscript?.(known)).toBe(record);
    const fork = await gemini.fork?.(context(), { conversation: id, worktree: known.worktree });
    expect(fork?.args).toEqual(['--session-file', record, '--prompt-interactive=fix it']);
    expect(fork?.namesItself).toBe(true);
    expect(await gemini.findConversation?.(context())).toBe(id);
  });

  it('of qwen and copilot is resumed by our id once there was a turn', async () => {
    const known = context({ conversation: id });
    const records = {
      qwen: join(box.home, '.qwen/projects/-x-tree/chats', `${id}.jsonl`),
      copilot: join(box.home, '.copilot/session-state', id, 'events.jsonl'),
    };
    expect(await get('qwen').resume?.(known)).toBeNull();
    expect(await get('copilot').resume?.(known)).toBeNull();
    write(records.qwen, { type: 'user' });
    write(records.copilot, { type: 'session.start' }, { type: 'user.message' });
    expect((await get('qwen').resume?.(known))?.args).toEqual(['--resume', id]);
    expect((await get('copilot').resume?.(known))?.args.at(-1)).toBe(`--resume=${id}`);
    expect(await get('copilot').findTranscript?.(known)).toBe(records.copilot);
  });

  it('of cursor-agent is the newest of its folder, since the session began', async () => {
    const here = context();
    const chats = join(box.home, '.cursor/chats');
    const own = join(chats, createHash('md5').update(here.worktree).digest('hex'));
    mkdirSync(join(chats, 'another-folder/their-chat'), { recursive: true });
    mkdirSync(join(own, 'an-old-chat'), { recursive: true });
    utimesSync(join(own, 'an-old-chat'), 1, 1);
    expect(await get('cursor-agent').resume?.(here)).toBeNull();
    mkdirSync(join(own, 'my-chat'));
    expect((await get('cursor-agent').resume?.(here))?.args).toEqual(['--resume=my-chat']);
  });

  it('of the others is resumed by its id, as each of them wants it', async () => {
    const known = context({ conversation: 'C1' });
    const resumed = async (name: string) => (await get(name).resume?.(known))?.args;
    expect(await resumed('amp')).toEqual(['threads', 'continue', 'C1']);
    expect((await resumed('droid'))?.at(-1)).toBe('--resume=C1');
    expect(await resumed('goose')).toEqual(['session', '--resume', '--name', 'C1']);
    expect((await resumed('cline'))?.at(-1)).toBe('--id=C1');
    const from = { conversation: 'C0', worktree: box.root };
    const fork = await get('droid').fork?.(context(), from);
    expect(fork?.args.slice(-3)).toEqual(['--fork=C0', '--', 'fix it']);
  });

  it('of aider is the history of this session alone, outside of the worktree', async () => {
    const here = context();
    const { args } = get('aider').start(here);
    const history = args[args.indexOf('--chat-history-file') + 1] ?? '';
    expect(history.startsWith(here.scratch)).toBe(true);
    expect(await get('aider').resume?.(here)).toBeNull();
    writeFileSync(history, '# aider chat started\n\n#### fix it\n\nDone.\n');
    expect((await get('aider').resume?.(here))?.args).toContain('--restore-chat-history');
  });
});

describe('aider', () => {
  it('asks nothing at its start that would change the repository, and keeps what it keeps', () => {
    const here = context();
    const { args, caches } = get('aider').start(here);
    expect(args).toEqual(
      expect.arrayContaining(['--no-gitignore', '--no-check-update', '--no-show-release-notes']),
    );
    const typed = args[args.indexOf('--input-history-file') + 1] ?? '';
    expect(typed.startsWith(here.scratch)).toBe(true);
    expect(caches).toContain('.aider.tags.cache.v4');
  });

  it.each([
    ['> ', 'idle', ''],
    ['src/a.ts src/b.ts\nask> \n\n\n', 'idle', ''],
    ['architect multi>', 'idle', ''],
    ['> fix it', 'working', ''],
    ['  > quoted words', 'working', ''],
    ["Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: ", 'waiting', 'Run shell command?'],
    ['Allow edits? (Y)es/(N)o [No]: y', 'waiting', 'Allow edits?'],
  ])('shows on its screen what it does: %j', (shown, status, activity) => {
    const screen = `Aider v0.86.2\n${shown}`;
    expect(get('aider').readScreen?.(screen)).toEqual({ status, activity });
  });

  it('tells in its history what a request took', () => {
    const read = (line: string) =>
      get('aider').readTranscript?.(line, { number: 7, at: 5 }) as { usage: unknown }[];
    const usage = { input: 2600, cached: 1800, output: 215, cost: 0.02 };
    expect(
      read(
        '> Tokens: 4.4k sent, 1.8k cache hit, 215 received. Cost: $0.02 message, $0.05 session.',
      ),
    ).toEqual([{ kind: 'usage', id: '7', at: 5, usage }]);
    expect(read('> Tokens: 12k sent, 1,215 received.  ')[0]?.usage).toEqual({
      ...{ input: 12_000, cached: 0, output: 1215, cost: null },
    });
    expect(read('Cost: $0.02 message, $0.05 session.')[0]?.usage).toMatchObject({ cost: 0.02 });
    expect(read('The answer has Tokens: 5 sent in it')).toEqual([]);
  });
});

describe('what is handed over', () => {
  it('to qwen lies below the settings of person and machine, which stay as they are', () => {
    const defaults = join(box.root, 'etc/system-defaults.json');
    const theirs = { hooks: { Stop: [{ hooks: ['theirs'] }], Other: [1] }, theme: 'dark' };
    mkdirSync(dirname(defaults));
    writeFileSync(defaults, `// as the machine has it\n${JSON.stringify(theirs)} /* "end" */`);
    const settings = join(box.root, 'etc/settings.json');
    const env = { ...box.env, QWEN_CODE_SYSTEM_SETTINGS_PATH: settings };
    const launch = get('qwen').start(context({ env }));
    const own = JSON.parse(launch.files?.['system-defaults.json'] ?? '{}');
    expect(own).toMatchObject({ theme: 'dark', hooks: { Other: [1] } });
    expect(own.hooks.Stop).toHaveLength(2);
    expect(own.hooks.Stop[0]).toEqual({ hooks: ['theirs'] });
    expect(own.hooks.Stop[1].hooks[0].command).toContain('/the/spool');
    expect(launch.env?.QWEN_CODE_SYSTEM_DEFAULTS_PATH).toBe(
      join(box.root, 'scratch/system-defaults.json'),
    );
    writeFileSync(defaults, 'broken {');
    expect(get('qwen').start(context({ env })).env).toEqual({});
  });

  it.each([
    ['gemini', '.gemini', 'GEMINI_CLI'],
    ['qwen', '.qwen', 'QWEN_CODE'],
  ])(
    'to %s is the trust in the repository, for its worktree; none is invented',
    (name, folder, prefix) => {
      const repo = join(box.root, 'repo');
      const rules = join(box.home, folder, 'trustedFolders.json');
      const variable = `${prefix}_TRUSTED_FOLDERS_PATH`;
      const start = () => get(name).start(context({ env: { ...box.env, TEMPEST_REPO: repo } }));
      const tree = join(box.root, 'tree');
      mkdirSync(repo);
      expect(start().env?.[variable]).toBeUndefined();
      write(rules, { [repo]: 'DO_NOT_TRUST' });
      expect(start().env?.[variable]).toBeUndefined();
      write(rules, { [`${repo}-2`]: 'TRUST_FOLDER' });
      expect(start().env?.[variable]).toBeUndefined();
      write(rules, { '/elsewhere': 'DO_NOT_TRUST', [repo]: 'TRUST_FOLDER' });
      const before = readFileSync(rules, 'utf8');
      const given = start();
      expect(given.env?.[variable]).toBe(join(box.root, 'scratch/trusted-folders.json'));
      expect(JSON.parse(given.files?.['trusted-folders.json'] ?? '')).toEqual({
        '/elsewhere': 'DO_NOT_TRUST',
        [repo]: 'TRUST_FOLDER',
        [tree]: 'TRUST_FOLDER',
      });
      expect(readFileSync(rules, 'utf8')).toBe(before);
      write(rules, { [repo]: 'TRUST_FOLDER', [tree]: 'DO_NOT_TRUST' });
      expect(start().env?.[variable]).toBeUndefined();
      write(rules, { [join(repo, 'x')]: 'TRUST_PARENT' });
      expect(start().env?.[variable]).toBeDefined();
    },
  );

  it('to droid gives way to settings that the person hands over', () => {
    const own = get('droid', { droid: { command: 'droid --settings mine.json' } });
    expect(own.start(context())).toMatchObject({
      args: ['--settings', 'mine.json', '--', 'fix it'],
    });
    expect([own.readEvent, own.start(context()).files]).toEqual([undefined, undefined]);
    expect(get('droid').start(context()).files).toHaveProperty(['droid-settings.json']);
  });

  it('to aider is a bell, unless the person has a command of their own', () => {
    const rings = () => get('aider').start(context()).args.includes('--notifications-command');
    expect(rings()).toBe(true);
    writeFileSync(join(box.home, '.aider.conf.yml'), 'dark-mode: true\n');
    expect(rings()).toBe(true);
    writeFileSync(join(box.home, '.aider.conf.yml'), "notifications-command: say 'Ready'\n");
    expect(rings()).toBe(false);
  });

  it('never lies in the worktree or in the configuration', () => {
    for (const name of others) {
      const { files = {} } = get(name).start(context({ conversation: id }));
      for (const path of Object.keys(files)) expect(path).toMatch(/^[\w./-]+$/);
      for (const path of Object.keys(files)) expect(path).not.toMatch(/^\/|\.\./);
    }
  });
});
