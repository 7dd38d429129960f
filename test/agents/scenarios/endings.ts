// Turns that end otherwise: interrupted, refused by the model, killed.
import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Scenario } from '../scenarios.ts';
import { hold, say, sendAndSee, settled } from './plot.ts';

export const endings: Scenario[] = [
  {
    name: 'escape',
    async play(stage) {
      const { agent, answer, create, model } = stage;
      answer(() => hold(say('never')).reply);
      const actor = await create('think');
      await actor.becomes('working', actor.now().createdAt);
      await until(() => model.turns().length > 0, { what: 'the turn' });
      await actor.shows(agent.busy);
      const keys = agent.interrupt ?? ['\x1b'];
      let pressed = 0;
      for (const [index, key] of keys.entries()) {
        if (index > 0 && agent.interruptAsks) await actor.shows(agent.interruptAsks);
        pressed = await actor.press(key);
      }
      await actor.becomes('idle', pressed);
      expect(actor.now().problem).toBeNull();
      if (agent.empty) await actor.press(agent.empty);
      // It is ready for more.
      answer(() => say('Better.'));
      await sendAndSee(stage, actor, 'think again');
      await actor.becomes('idle', stage.answeredAt, ({ activity }) => activity === 'Better.');
      actor.staysSo();
    },
  },
  failure('API error', 'api-error', {
    status: 400,
    message: 'the stand-in is out of order',
    type: 'invalid_request_error',
  }),
  failure('rate limit', 'rate-limit', {
    status: 429,
    message: 'the stand-in has had enough',
    type: 'rate_limit_error',
    headers: { 'retry-after': '1' },
  }),
  failure('login needed', 'login', {
    status: 401,
    message: 'the stand-in knows no such key',
    type: 'authentication_error',
  }),
  {
    name: 'kill -9',
    async play(stage) {
      const { answer, client, model } = stage;
      const actor = await settled(stage, 'remember 42');
      answer(() => hold(say('never')).reply);
      await sendAndSee(stage, actor, 'think');
      await until(() => model.turns().length > 1, { what: 'the turn' });
      const pid = await actor.pid();
      const at = Date.now();
      process.kill(pid, 'SIGKILL');
      await actor.becomes('exited', at);
      expect(actor.now().exit).toEqual({ code: null, signal: 'SIGKILL' });
      answer(() => say('Back.'));
      await client.request('session/open', { session: actor.id });
      await actor.becomes('idle', () => null);
      await sendAndSee(stage, actor, 'go on');
      await actor.becomes('idle', stage.answeredAt, ({ activity }) => activity === 'Back.');
      expect(model.turns().at(-1)?.text).toContain('remember 42');
      actor.staysSo();
    },
  },
];

/** The model refuses the second turn; the third goes well. */
function failure(
  name: string,
  kind: 'api-error' | 'rate-limit' | 'login',
  how: { status: number; message: string; type: string; headers?: Record<string, string> },
): Scenario {
  return {
    name,
    async play(stage) {
      const { answer, answeredAt } = stage;
      const actor = await settled(stage, 'hello');
      answer(() => ({ kind: 'error', ...how }));
      await sendAndSee(stage, actor, 'go on');
      const { problem } = await actor.becomes(
        'idle',
        answeredAt,
        (session) => session.problem !== null,
      );
      expect(problem?.kind).toBe(kind);
      expect(problem?.text).toContain(stage.agent.words?.[kind] ?? how.message);
      answer(() => say('Better.'));
      await sendAndSee(stage, actor, 'once more, please');
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Better.');
      expect(actor.now().problem).toBeNull();
      actor.staysSo();
    },
  };
}
