// Conversations that come back.
import { expect } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { promptsOf, say, sendAndSee, settled } from './plot.ts';

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
      const texts = promptsOf(stage);
      for (const text of ['remember 42', 'Answer 1.', 'which number?']) {
        expect(texts).toContain(text);
      }
      actor.staysSo();
    },
  },
  {
    name: 'fork',
    concerns: ({ forks }) => forks === true,
    async play(stage) {
      const { answer, answeredAt, client, model } = stage;
      answer(() => say(`Answer ${model.turns().length}.`));
      const first = await settled(stage, 'remember 42');
      const forking = Date.now();
      const params = { session: first.id, prompt: 'which number?', name: 'forked' };
      const { id } = await client.request('session/fork', params);
      const second = stage.actor(id);
      await second.becomes('working', forking);
      await second.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 2.');
      const texts = promptsOf(stage);
      for (const text of ['remember 42', 'Answer 1.', 'which number?']) {
        expect(texts).toContain(text);
      }
      // The first goes on by itself.
      expect(second.now().conversation).not.toBe(first.now().conversation);
      await sendAndSee(stage, first, 'and yours?');
      await first.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 3.');
      expect(promptsOf(stage)).not.toContain('which number?');
      second.staysSo();
      first.staysSo();
    },
  },
];
