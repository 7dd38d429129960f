// What opencode did, recorded event by event inside it, as our plugin tells it and the adapter reads it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LaunchContext } from '../../../src/core/agents/agent.ts';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { opencodeAgent } from '../../../src/core/agents/opencode.ts';
import { readOpencodeEvent } from '../../../src/core/agents/opencode-events.ts';
import plugin from '../../../src/inside/opencode.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { until } from '../../support/until.ts';

interface Raw {
  type: string;
  properties: Record<string, unknown>;
}

const recorded: Raw[] = readFileSync(new URL('recorded/opencode.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

let box: Sandbox;
let spool: string;
beforeEach(async () => {
  box = await sandbox();
  spool = join(box.root, 'spool');
  mkdirSync(spool);
});
afterEach(() => box.dispose());

/** What the adapter makes of the events, as they come out of the plugin. */
async function told(events: Raw[]): Promise<AgentEvent[]> {
  const handlers = new Map<string, (event: { properties: object }) => void>();
  let ended = () => {};
  await plugin.tui(
    {
      renderer: { currentFocusedEditor: {} },
      lifecycle: { onDispose: (end) => (ended = end) },
      event: { on: (type, handler) => handlers.set(type, handler) },
      state: { ready: true, session: { get: () => undefined } },
    },
    { spool },
  );
  await until(() => readdirSync(spool).length > 0, { what: 'it to be ready' });
  ended();
  for (const { type, properties } of events) handlers.get(type)?.({ properties });
  const files = readdirSync(spool).sort();
  expect(files.filter((name) => name.startsWith('.'))).toEqual([]);
  return files.flatMap((file, at) => {
    const name = file.slice(file.lastIndexOf('.') + 1);
    const payload: unknown = JSON.parse(readFileSync(join(spool, file), 'utf8'));
    return readOpencodeEvent({ name, payload, at });
  });
}

/** The recorded events of the turn that begins with these words. */
function turnOf(words: string): Raw[] {
  const begins = ({ type, properties: { info } }: Raw) =>
    type === 'message.updated' &&
    (info as { role: string; summary?: object; time: object }).role === 'user';
  const textAt = recorded.findIndex(({ properties: { part } }) => {
    return (part as { text?: string } | undefined)?.text?.startsWith(words) ?? false;
  });
  const first = recorded.slice(0, textAt).findLastIndex(begins);
  const session = recorded[first]?.properties.sessionID;
  const isEnd = ({ type, properties }: Raw) =>
    type === 'session.idle' && properties.sessionID === session;
  const length = recorded.slice(first).findIndex(isEnd);
  return recorded.slice(first, first + length + 1);
}

const main = 'ses_df512876fffeUA4rZSo8WaN93i';
const kinds = (events: AgentEvent[]) => events.map(({ kind }) => kind);
const of = <K extends AgentEvent['kind']>(events: AgentEvent[], kind: K) =>
  events.filter((event): event is Extract<AgentEvent, { kind: K }> => event.kind === kind);

describe('opencode tells', () => {
  it('a turn with a tool that asks', async () => {
    const events = await told(turnOf('tool-me bash {"command":"touch made'));
    expect(kinds(events)).toEqual([
      ...['ready', 'ready', 'turn-started', 'tool-started', 'asked', 'answered', 'tool-ended'],
      ...['usage', 'usage', 'turn-ended'],
    ]);
    expect(new Set(events.slice(1).map(({ conversation }) => conversation))).toEqual(
      new Set([main]),
    );
    expect(of(events, 'turn-started')[0]?.prompt).toMatch(/^tool-me bash/);
    const text = 'touch made && rm -rf unmade';
    expect(of(events, 'tool-started')[0]).toMatchObject({ tool: 'bash', text });
    expect(of(events, 'asked')[0]?.question).toMatchObject({ tool: 'bash', text });
    expect(of(events, 'answered')[0]?.id).toBe(of(events, 'asked')[0]?.question.id);
    expect(of(events, 'usage')[0]?.usage).toEqual({
      input: 100,
      output: 7,
      cached: 20,
      cost: 0.000114,
    });
    expect(of(events, 'turn-ended')[0]?.message).toBe('Done with the tool.');
  });

  it('hazard 14: an interrupt', async () => {
    const events = await told(turnOf('hold-me'));
    expect(kinds(events).slice(1, 4)).toEqual(['ready', 'turn-started', 'turn-ended']);
    expect(of(events, 'turn-ended')[0]).toMatchObject({ interrupted: true });
  });

  it('hazard 14: an error of the API', async () => {
    const [ended] = of(await told(turnOf('api-error-me')), 'turn-ended');
    expect(ended?.problem).toEqual({ kind: 'api-error', text: 'The model is broken' });
  });

  it('that it tries again, and no end of the turn meanwhile', async () => {
    const events = await told(
      turnOf('server-error-me').filter(({ type }) => type !== 'session.idle'),
    );
    const [retrying] = of(events, 'retrying');
    expect(retrying?.problem).toEqual({ kind: 'api-error', text: 'Internal boo' });
    const before = events.slice(0, events.findIndex(({ kind }) => kind === 'retrying') + 4);
    expect(kinds(before)).not.toContain('turn-ended');
  });

  it("hazard 18: a sub-agent's doings apart from its own", async () => {
    const events = await told(turnOf('tool-me task'));
    const [began] = of(events, 'sub-agent-started');
    expect(began?.id).toMatch(/^ses_/);
    expect(began?.id).not.toBe(main);
    expect(of(events, 'sub-agent-ended')).toMatchObject([{ id: began?.id }]);
    expect(of(events, 'turn-started')).toHaveLength(1);
    expect(of(events, 'turn-ended')).toHaveLength(1);
    const tools = of(events, 'tool-started').map(({ tool, subAgent }) => [tool, subAgent]);
    expect(tools).toEqual([
      ['task', undefined],
      ['bash', began?.id],
    ]);
    expect(new Set(events.slice(1).map(({ conversation }) => conversation))).toEqual(
      new Set([main]),
    );
  });

  it('a denial that ends the turn only by that end', async () => {
    const events = await told(turnOf('tool-me bash {"command":"touch no'));
    expect(of(events, 'asked')).toHaveLength(1);
    expect(of(events, 'answered')).toHaveLength(0);
    expect(of(events, 'turn-ended')).toHaveLength(1);
  });

  it('a question in words', async () => {
    const events = await told(turnOf('tool-me question'));
    const [asked] = of(events, 'asked');
    expect(asked?.question).toMatchObject({ tool: null, text: 'Which colour?' });
    expect(of(events, 'answered')[0]?.id).toBe(asked?.question.id);
  });

  it('nothing of what it repeats of a conversation that it forks', async () => {
    const spent = turnOf('tool-me bash').filter(({ type, properties: { info } }) => {
      const { role, time } = (info ?? {}) as { role?: string; time?: { completed?: number } };
      return type === 'message.updated' && (role === 'user' || time?.completed);
    });
    expect(spent.length).toBeGreaterThan(1);
    expect(kinds(await told(spent))).toEqual(['ready']);
  });

  it('nothing that it can’t read, and never fails', async () => {
    const broken = [{ type: 'session.status', properties: { sessionID: 'ses_1' } }];
    expect(kinds(await told(broken))).toEqual(['ready']);
    expect(readOpencodeEvent({ name: 'tool', payload: 'what?', at: 1 })).toEqual([]);
    expect(readOpencodeEvent({ name: 'toString', payload: {}, at: 1 })).toEqual([]);
  });
});

describe('opencode is started', () => {
  const agent = opencodeAgent('/programs');
  const context = (changed: Partial<LaunchContext> = {}): LaunchContext => ({
    prompt: 'fix it',
    conversation: null,
    worktree: box.root,
    scratch: join(box.root, 'scratch'),
    ...{ spool, env: box.env, createdAt: 0 },
    ...changed,
  });
  const settingsOf = (launch: ReturnType<typeof agent.start>) => {
    expect(launch.env?.OPENCODE_TUI_CONFIG).toBe(join(box.root, 'scratch/opencode/tui.json'));
    return JSON.parse(launch.files?.['opencode/tui.json'] ?? '');
  };
  const own = ['file:///programs/opencode-plugin.js', { spool: '', unasked: false }];

  it('hazard 11: with the prompt as one word, whatever it is', () => {
    for (const prompt of ['--help', '-p', "it's", '$(touch x)', 'a\nb', '😀 `id`']) {
      expect(agent.start(context({ prompt })).args).toEqual([`--prompt=${prompt}`]);
    }
    expect(agent.start(context({ prompt: '"all" of "it"' })).args).toEqual([
      '--prompt="all" of "it" ',
    ]);
    expect(agent.start(context({ prompt: '' })).args).toEqual([]);
  });

  it('hazard 20: with its own conversation, once it has one', async () => {
    expect(await agent.resume(context())).toBeNull();
    const resumed = await agent.resume(context({ conversation: main }));
    expect(resumed?.args).toEqual(['--session', main]);
  });

  it("with our plugin beside the person's own settings", () => {
    own[1] = { spool, unasked: false };
    expect(settingsOf(agent.start(context()))).toEqual({ plugin: [own] });
    const file = join(box.root, 'mine/tui.json');
    mkdirSync(dirname(file));
    writeFileSync(
      file,
      '{ // mine\n "theme": "a//b", "plugin": ["./x.js", "npm-one", ["../y.js", {"a": 1}],], }',
    );
    const env = { ...box.env, OPENCODE_TUI_CONFIG: file };
    expect(settingsOf(agent.start(context({ env })))).toEqual({
      theme: 'a//b',
      plugin: [
        pathToFileURL(join(box.root, 'mine/x.js')).href,
        'npm-one',
        [pathToFileURL(join(box.root, 'y.js')).href, { a: 1 }],
        own,
      ],
    });
  });

  it('without permissions only if the person wants that', () => {
    expect(agent.permissionless).toBe(false);
    const free = opencodeAgent('/programs', 'opencode', { permissionless: true });
    expect(free.permissionless).toBe(true);
    const launch = free.start(context());
    expect(launch.args).toEqual(['--auto', '--prompt=fix it']);
    // What it allows itself is no question.
    expect(settingsOf(launch)).toMatchObject({ plugin: [[own[0], { unasked: true }]] });
  });
});
