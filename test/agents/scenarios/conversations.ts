// Conversations that come back.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
  {
    name: 'rewind',
    concerns: ({ rewinds }) => rewinds === true,
    async play(stage) {
      const { answer, answeredAt, client, model, agent } = stage;
      answer(() => say(`Answer ${model.turns().length}.`));
      const actor = await settled(stage, 'remember 42');
      const { worktree } = actor.now();
      answer((request) =>
        model.turns().length > 2
          ? say(`Answer ${model.turns().length}.`)
          : agent.edit(join(worktree, 'regret.txt'), `${request.path}\n`),
      );
      await sendAndSee(stage, actor, 'write what you will regret');
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 3.');
      expect(existsSync(join(worktree, 'regret.txt'))).toBe(true);
      const rewinding = Date.now();
      const params = { session: actor.id, number: 1 };
      expect(await client.request('checkpoint/rewind', params)).toMatchObject({
        conversationToo: true,
      });
      expect(existsSync(join(worktree, 'regret.txt'))).toBe(false);
      await actor.becomes('closed', rewinding);
      await actor.becomes('idle', rewinding);
      // It holds though the person leaves again before another word is said.
      const closing = Date.now();
      await client.request('session/close', { session: actor.id });
      await actor.becomes('closed', closing);
      await client.request('session/open', { session: actor.id });
      await actor.becomes('idle', closing);
      await sendAndSee(stage, actor, 'which number?');
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 4.');
      const texts = promptsOf(stage);
      for (const text of ['remember 42', 'Answer 1.', 'which number?']) {
        expect(texts).toContain(text);
      }
      expect(texts).not.toContain('write what you will regret');
      actor.staysSo();
    },
  },
];
