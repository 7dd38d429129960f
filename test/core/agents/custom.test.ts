// Agents of the configuration: how they are started, found again, heard, and let off the leash.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LaunchContext } from '../../../src/core/agents/agent.ts';
import { featuresOf } from '../../../src/core/agents/features.ts';
import { readSpoolFile } from '../../../src/core/agents/hook.ts';
import { agentsFrom } from '../../../src/core/agents/registry.ts';
import { agentTablesSchema } from '../../../src/core/agents/table.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

const agents = (tables: Record<string, unknown>) =>
  agentsFrom(agentTablesSchema.parse(tables), '/programs');
const mine = (table: Record<string, unknown>) => agents({ mine: table }).get('mine');

function context(changed: Partial<LaunchContext> = {}): LaunchContext {
  const [worktree, spool] = [join(box.root, 'tree'), join(box.root, "the agent's spool")];
  for (const folder of [worktree, spool]) mkdirSync(folder, { recursive: true });
  const given = { prompt: 'fix it', conversation: null, scratch: box.root, env: box.env };
  return { ...given, worktree, spool, createdAt: Date.now() - 60_000, ...changed };
}

describe('the prompt', () => {
  it('may be the value of an option, which is left out without one', () => {
    const agent = mine({
      command: ['mine', '-v'],
      prompt: ['--ask', '{prompt}', '--text={prompt}'],
    });
    expect(agent.start(context({ prompt: '-x $(y)' })).args).toEqual(
      ['-v', '--ask', ' -x $(y)', '--text=-x $(y)'], // hazard 11
    );
    expect(agent.start(context({ prompt: '' })).args).toEqual(['-v']);
  });
});

describe('a conversation that the agent names itself', () => {
  const record = (path: string, text: string, secondsAgo = 0) => {
    const file = join(box.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const at = Date.now() / 1000 - secondsAgo;
    utimesSync(file, at, at);
  };

  it('hazard 20: is found by its record, never by that of another worktree or time', async () => {
    const here = context();
    const agent = mine({
      command: ['mine'],
      resume: ['mine', '-r', '{conversation}'],
      conversation: { file: '~/.mine/*/run-{conversation}.json' },
    });
    const find = () => agent.findConversation?.(here);
    expect(await find()).toBeNull();
    record('.mine/a/run-old.json', JSON.stringify({ cwd: here.worktree }), 3600);
    record('.mine/a/run-other.json', JSON.stringify({ cwd: `${here.worktree}-2` }));
    record('.mine/a/notes.json', JSON.stringify({ cwd: here.worktree }));
    expect(await find()).toBeNull();
    record('.mine/b/run-first.json', JSON.stringify({ cwd: here.worktree }), 30);
    record('.mine/b/run-1.2.json', JSON.stringify({ cwd: here.worktree }));
    expect(await find()).toBe('1.2');
    expect(await agent.resume?.(here)).toBeNull();
    expect((await agent.resume?.({ ...here, conversation: '1.2' }))?.args).toEqual(['-r', '1.2']);
  });
});

describe('events', () => {
  const table = {
    command: ['mine', '--on-stop', '{hook:stop}'],
    resume: ['mine', '--last', '--on-stop', '{hook:stop}'],
    env: { MINE_EVENTS: '{spool}', MINE_ASKS: '{hook:ask}' },
    conversation: { event: 'session.id' },
    events: {
      start: 'turn-started',
      ask: { kind: 'asked', tool: 'tool', text: 'input.command' },
      tool: { kind: 'tool-started', id: 'call', tool: 'tool', text: 'input.command' },
      stop: { kind: 'turn-ended', text: 'message' },
      broke: 'turn-failed',
    },
  };

  it('are written by the lines it is handed, on the command line and in the environment', async () => {
    const here = context();
    const agent = mine(table);
    const { args, env } = agent.start(here);
    expect(env?.MINE_EVENTS).toBe(here.spool);
    const path = { env: { PATH: process.env.PATH } };
    execFileSync('/bin/sh', ['-c', args[1] ?? ''], { input: '{}', ...path });
    execFileSync('/bin/sh', ['-c', env?.MINE_ASKS ?? ''], { input: '{}', ...path });
    const names = readdirSync(here.spool).map(
      (file) => readSpoolFile(file, readFileSync(join(here.spool, file), 'utf8'))?.name,
    );
    expect(names.sort()).toEqual(['ask', 'stop']);
    expect((await agent.resume?.(here))?.args.at(-1)).toBe(args[1]);
    expect(featuresOf(agent)).toEqual(['events', 'questions', 'resume']);
  });

  it('mean what the table says', () => {
    const read = (name: string, payload: unknown) =>
      mine(table).readEvent?.({ name, payload, at: 7 });
    expect(read('start', { session: { id: 's1' } })).toEqual([
      { at: 7, conversation: 's1', kind: 'turn-started' },
    ]);
    expect(read('ask', { tool: 'Shell', input: { command: 'rm x' } })).toEqual([
      { at: 7, kind: 'asked', question: { id: 'Shell rm x', tool: 'Shell', text: 'rm x' } },
    ]);
    expect(read('tool', { call: 3, tool: 'Shell', input: { command: 'ls' } })).toEqual([
      { at: 7, kind: 'tool-started', id: '3', tool: 'Shell', text: 'ls' },
    ]);
    expect(read('stop', { message: 'Done.' })).toEqual([
      { at: 7, kind: 'turn-ended', message: 'Done.' },
    ]);
    expect(read('broke', 'no credit\n')).toEqual([
      { at: 7, kind: 'turn-ended', problem: { kind: 'api-error', text: 'no credit' } },
    ]);
    expect(read('constructor', {})).toEqual([]);
    expect(read('stop', null)).toEqual([{ at: 7, kind: 'turn-ended' }]);
  });
});

describe('what it used', () => {
  const table = {
    command: ['mine', '--hooks', '{spool}'],
    conversation: { event: 'session' },
    events: {
      reply: { kind: 'usage', usage: { id: 'request', input: 'in', output: 'out', cost: 'usd' } },
      stop: {
        kind: 'turn-ended',
        usage: { input: 'tokens.in', cached: 'tokens.read', input_has_cached: true },
      },
    },
  };
  const read = (name: string, payload: unknown) =>
    mine(table).readEvent?.({ name, payload, at: 7 });

  it('is told by an event of its own, or by one that means something else, too', () => {
    expect(read('reply', { session: 's', request: 'r1', in: 10, out: 2, usd: 0.5 })).toEqual([
      {
        ...{ at: 7, conversation: 's', kind: 'usage', id: 'r1' },
        usage: { input: 10, output: 2, cached: 0, cost: 0.5 },
      },
    ]);
    expect(read('stop', { tokens: { in: 10, read: 8 } })).toEqual([
      {
        ...{ at: 7, kind: 'usage', id: 'stop 7' },
        usage: { input: 2, output: 0, cached: 8, cost: null },
      },
      { at: 7, kind: 'turn-ended' },
    ]);
    expect(featuresOf(mine(table))).toEqual(['events', 'usage']);
  });

  it('is nothing where an event has no numbers', () => {
    expect(read('reply', { request: 'r1', in: 'many', usd: -1 })).toEqual([]);
    expect(read('stop', null)).toEqual([{ at: 7, kind: 'turn-ended' }]);
  });
});

describe('permissionless', () => {
  it('is off until the person says so, and then a few more arguments', async () => {
    const table = { command: ['mine'], resume: ['mine', '-r'], permissionless_args: ['--yes'] };
    const off = mine(table);
    expect([off.permissionless, off.start(context()).args]).toEqual([false, ['fix it']]);
    const on = mine({ ...table, permissionless: true });
    expect([on.permissionless, on.start(context()).args]).toEqual([true, ['--yes', 'fix it']]);
    expect((await on.resume?.(context()))?.args).toEqual(['-r', '--yes']);
  });

  it('needs no more than the word for an agent that is known', () => {
    const registry = agents({
      claude: { permissionless: true },
      codex: { permissionless: true, permissionless_args: ['--yolo'] },
    });
    const claude = registry.get('claude').start(context());
    expect(claude).toMatchObject({ file: 'claude' });
    expect(claude.args).toContain('--dangerously-skip-permissions');
    expect(registry.get('codex').start(context()).args[0]).toBe('--yolo');
    expect(agents({}).get('claude').permissionless).toBe(false);
  });

  it('is refused where an agent has no such mode', () => {
    expect(() => agents({ demo: { permissionless: true } })).toThrow(/has no mode/);
  });
});

describe('a table that can not work', () => {
  it.each([
    [{}, /mine.*command.*is missing/s],
    [{ command: ['a'], resume: ['a', '{conversation}'] }, /must hand \{conversation\}/],
    [{ like: 'claude', prompt: 'typed' }, /`prompt` must be left out/],
    [{ command: ['a'], prompt: ['--ask'] }, /\{prompt\}/],
    [{ command: ['a'], permissionless: true }, /needs `permissionless_args`/],
    [{ command: ['a'], events: { stop: 'turn-ended' } }, /never written/],
    [{ command: ['a', '{hook:end}'], events: { stop: 'turn-ended' } }, /\{hook:end\}/],
    [{ command: ['a', '{spool}'], events: { stop: 'finished' } }, /turn-ended/],
    [{ command: ['a', '{spool}'], events: { spent: 'usage' } }, /`spent` must say in `usage`/],
    [
      { command: ['a', '{spool}'], events: { stop: { kind: 'turn-ended', usage: { id: 'x' } } } },
      /`stop` must name .*`output`/,
    ],
    [
      { command: ['a', '{spool}'], events: { spent: { kind: 'usage', usage: { cost: 'usd' } } } },
      /usage alone/,
    ],
    [{ command: ['a'], conversation: { event: 'id' } }, /`events`/],
    [{ command: ['a'], conversation: { file: '~/a.json' } }, /a path with \{conversation\}/],
  ])('is refused by the name of what is wrong: %j', (table, message) => {
    expect(() => mine(table)).toThrow(message);
  });
});

describe('what it asks and what stops it', () => {
  const table = {
    command: ['mine', '--hooks', '{spool}'],
    events: {
      ask: 'asked',
      limit: 'rate-limited',
      login: 'login-needed',
      begin: { kind: 'sub-agent-started', id: 'agent' },
      end: { kind: 'sub-agent-ended', id: 'agent' },
    },
    answers: { allow: 'y', deny: '\x1b' },
  };

  it('is answered by the keys of its table, which are for questions only', () => {
    expect(mine(table).answers).toEqual({ allow: 'y', deny: '\x1b' });
    const without = { ...table, events: { stop: 'turn-ended' } };
    expect(() => mine(without)).toThrow(/answers/);
  });

  it('is told apart: limits, logins, sub-agents', () => {
    const read = (name: string, payload: unknown) =>
      mine(table).readEvent?.({ name, payload, at: 5 })[0];
    const problem = { kind: 'rate-limit', text: 'slow down' };
    expect(read('limit', 'slow down')).toEqual({ at: 5, kind: 'turn-ended', problem });
    expect(read('login', 'who?')).toMatchObject({ problem: { kind: 'login', text: 'who?' } });
    expect(read('begin', { agent: 'a1' })).toEqual({ at: 5, kind: 'sub-agent-started', id: 'a1' });
    expect(read('end', { agent: 'a1' })).toEqual({ at: 5, kind: 'sub-agent-ended', id: 'a1' });
  });
});
