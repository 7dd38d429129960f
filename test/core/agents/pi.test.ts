// What pi did, recorded event by event inside it, as our extension tells it and the adapter reads it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LaunchContext } from '../../../src/core/agents/agent.ts';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { piAgent } from '../../../src/core/agents/pi.ts';
import { readPiEvent } from '../../../src/core/agents/pi-events.ts';
import extension from '../../../src/inside/pi.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';

interface Raw {
  at: number;
  file: string;
  event: { type: string; message?: { content?: { text?: string }[] } };
}

const recorded: Raw[] = readFileSync(new URL('recorded/pi.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

let box: Sandbox;
let spool: string;
beforeEach(async () => {
  box = await sandbox();
  spool = join(box.root, 'spool');
  mkdirSync(spool);
  vi.stubEnv('TEMPEST_SPOOL', spool);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await box.dispose();
});

/** What the adapter makes of the events, as they come out of the extension, at the times they had. */
async function told(events: Raw[], laterMs = 0): Promise<AgentEvent[]> {
  const handlers = new Map<string, (event: object, context: never) => void>();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await extension({ on: (name, handler) => void handlers.set(name, handler) });
  let now = events[0]?.at ?? 0;
  for (const { at, file, event } of events) {
    vi.advanceTimersByTime(at - now);
    now = at;
    const context = { sessionManager: { getSessionFile: () => file } };
    handlers.get(event.type)?.(event, context as never);
  }
  vi.advanceTimersByTime(laterMs);
  return readdirSync(spool)
    .sort()
    .flatMap((file, at) => {
      const name = file.slice(file.lastIndexOf('.') + 1);
      return readPiEvent({
        name,
        payload: JSON.parse(readFileSync(join(spool, file), 'utf8')),
        at,
      });
    });
}

/** The recorded events from the turn with these words to the next one. */
function turnOf(words: string): Raw[] {
  const starts = recorded.flatMap(({ event }, index) =>
    event.type === 'agent_start' ? index : [],
  );
  const textAt = recorded.findIndex(({ event: { message } }) => {
    return message?.content?.[0]?.text?.startsWith(words) ?? false;
  });
  const first = starts.findLast((index) => index < textAt) ?? 0;
  const isPrompt = ({ event }: Raw) =>
    event.type === 'message_start' && (event.message as { role?: string }).role === 'user';
  const next = recorded.findIndex((raw, index) => index > textAt + 1 && isPrompt(raw));
  const end = next === -1 ? recorded.length : next - 1;
  return recorded.slice(first, end).filter(({ event }) => event.type !== 'session_start');
}

const kinds = (events: AgentEvent[]) => events.map(({ kind }) => kind);

describe('pi tells', () => {
  it('a turn with a tool', async () => {
    const events = await told(turnOf('tool-me bash'));
    expect(kinds(events)).toEqual([
      ...['turn-started', 'turn-started', 'usage', 'tool-started', 'tool-ended', 'usage'],
      'turn-ended',
    ]);
    const conversation = recorded[0]?.file;
    for (const event of events) expect(event).toMatchObject({ conversation });
    expect(events[1]).toMatchObject({ prompt: expect.stringContaining('touch pi-made') });
    expect(events[2]).toMatchObject({ usage: { input: 100, output: 7, cached: 20 } });
    expect(events[3]).toMatchObject({ tool: 'bash', text: 'touch pi-made' });
    expect(events[6]).toMatchObject({ message: 'Done with the tool.' });
  });

  it('which conversation it has', async () => {
    expect(await told(recorded.slice(0, 1))).toEqual([
      { at: 0, kind: 'ready', conversation: recorded[0]?.file },
    ]);
  });

  it('hazard 14: an interrupt', async () => {
    expect((await told(turnOf('hold-me'))).at(-1)).toMatchObject({
      kind: 'turn-ended',
      interrupted: true,
    });
  });

  it('hazard 14: errors that end the turn', async () => {
    const [api] = (await told(turnOf('api-error-me'))).slice(-1);
    const text = '400 The model is broken';
    expect(api).toMatchObject({ kind: 'turn-ended', problem: { kind: 'api-error', text } });
  });

  it('a login that is refused', async () => {
    expect((await told(turnOf('login-me'))).at(-1)).toMatchObject({
      problem: { kind: 'login', text: '401 Incorrect API key provided' },
    });
  });

  it('that it tries again, and the end when it has given up', async () => {
    const events = await told(turnOf('rate-limit-me'));
    const problem = { kind: 'rate-limit', text: '429 Rate limit reached for requests' };
    expect(kinds(events)).toEqual([
      ...['turn-started', 'turn-started', 'retrying', 'retrying', 'retrying', 'turn-ended'],
    ]);
    for (const event of events.slice(2)) expect(event).toMatchObject({ problem });
  });

  it('hazard 14: the end of a turn whose retry the person has stopped', async () => {
    const all = turnOf('rate-limit-me');
    const failed = all.slice(0, all.findIndex(({ event }) => event.type === 'agent_end') + 1);
    expect(kinds(await told(failed, 2_000)).at(-1)).toBe('retrying');
    expect(kinds(await told(failed, 3_000)).at(-1)).toBe('turn-ended');
  });

  it('nothing that it can’t read', () => {
    expect(readPiEvent({ name: 'tool', payload: 'what?', at: 1 })).toEqual([]);
    expect(readPiEvent({ name: 'toString', payload: {}, at: 1 })).toEqual([]);
  });
});

describe('pi is started', () => {
  const agent = piAgent('/programs');
  const own = ['--extension', '/programs/pi-extension.js'];
  const context = (changed: Partial<LaunchContext> = {}): LaunchContext => ({
    prompt: 'fix it',
    conversation: null,
    ...{ worktree: box.root, scratch: box.root, spool, env: box.env, createdAt: 0 },
    ...changed,
  });

  it('hazard 11: with a prompt that is no option and no file', () => {
    expect(agent.start(context())).toEqual({
      file: 'pi',
      args: [...own, 'fix it'],
      env: { TEMPEST_SPOOL: spool },
    });
    for (const prompt of ['--help', '-p', '@/etc/passwd']) {
      expect(agent.start(context({ prompt })).args).toEqual([...own, ` ${prompt}`]);
    }
    expect(agent.start(context({ prompt: '' })).args).toEqual(own);
  });

  it('hazard 20: with its own conversation, once there is a record of it', async () => {
    const conversation = join(box.root, '2026_id.jsonl');
    expect(await agent.resume(context())).toBeNull();
    expect(await agent.resume(context({ conversation }))).toBeNull();
    expect(await agent.fork?.(context(), { conversation, worktree: box.root })).toBeNull();
    writeFileSync(conversation, '{"type":"session"}\n');
    const resumed = await agent.resume(context({ conversation }));
    expect(resumed?.args).toEqual([...own, '--session', conversation]);
    const forked = await agent.fork?.(context(), { conversation, worktree: box.root });
    expect(forked?.args).toEqual([...own, '--fork', conversation, 'fix it']);
  });
});
