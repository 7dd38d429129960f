// Conversations that come back.
import { expect } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { textsOf } from '../texts.ts';
import { say, sendAndSee, settled } from './plot.ts';

export const conversations: Scenario[] = [
  {
    name: 'close and open',
    async play(stage) {
      const { answer, answeredAt, client, model } = stage;
      answer(() => say(`Answer ${model.turns().length}.`));
      const actor = await settled(stage, 'remember 42');
      const closing = Date.now();
      await client.request('session/close', { session: actor.id });
      await actor.becomes('closed', closing);
      const opening = Date.now();
      await client.request('session/open', { session: actor.id });
      await actor.becomes('idle', opening);
      await sendAndSee(stage, actor, 'which number?');
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 2.');
      const texts = textsOf(model.turns().at(-1)?.body);
      for (const text of ['remember 42', 'Answer 1.', 'which number?']) {
        expect(texts).toContain(text);
      }
      actor.staysSo();
    },
  },
];
