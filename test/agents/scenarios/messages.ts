// What is sent while an agent works, and what waits until it doesn't.
import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Scenario } from '../scenarios.ts';
import { hold, promptsOf, say } from './plot.ts';

export const messages: Scenario[] = [
  {
    name: 'sent in a turn',
    async play(stage) {
      const { answer, client, create, model } = stage;
      const slow = hold(say('Slow is done.'));
      answer(() => (model.turns().length === 1 ? slow.reply : say('Then that.')));
      const actor = await create('take your time');
      await actor.becomes('working', actor.now().createdAt);
      await until(() => model.turns().length === 1, { what: 'the first request' });
      const text = 'one more thing, and then rest';
      const sent = await client.request('session/send', { session: actor.id, text });
      expect(sent.confirmed).toMatch(/event|screen/);
      slow.release();
      await actor.shows('Then that.');
      expect(promptsOf(stage).filter((prompt) => prompt.includes(text))).toHaveLength(1);
    },
  },
  {
    name: 'queue',
    async play(stage) {
      const { answer, client, create, model } = stage;
      const slow = hold(say('Slow is done.'));
      answer(() => {
        const turns = model.turns().length;
        return turns === 1 ? slow.reply : say(`Turn ${turns}.`);
      });
      const actor = await create('take your time');
      await actor.becomes('working', actor.now().createdAt);
      await until(() => model.turns().length === 1, { what: 'the first request' });
      const texts = ['queued one\nwith "two" $(lines)', 'queued two'];
      for (const text of texts) {
        await client.request('queue/add', { session: actor.id, text });
      }
      expect(actor.now().queued).toEqual({ count: 2, going: 2, hold: null });
      slow.release();
      await actor.shows('Turn 3.');
      await until(() => actor.now().queued.count === 0, { what: 'the queue to be empty' });
      expect(actor.now().queued.hold).toBeNull();
      expect(promptsOf(stage).filter((prompt) => texts.includes(prompt))).toEqual(texts);
      expect(model.turns()).toHaveLength(3);
    },
  },
];
