// Conversations that come back.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { promptsOf, say, sendAndSee, settled } from './plot.ts';

/** Deletes every file and folder whose name holds this id, or its beginning; gives how many. */
function forgetRecords(root: string, id: string): number {
  const named = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(({ name }) => id !== '' && name.includes(id.slice(0, 8)))
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const path of named) rmSync(path, { recursive: true, force: true });
  return named.length;
}

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
    name: 'a lost record',
    async play(stage) {
      const { agent, answer, answeredAt, box, client, model } = stage;
      answer(() => say(`Answer ${model.turns().length}.`));
      const actor = await settled(stage, 'remember 42');
      const { conversation } = actor.now();
      const closing = Date.now();
      await client.request('session/close', { session: actor.id });
      await actor.becomes('closed', closing);
      // As agents do themselves with old ones.
      expect(forgetRecords(box.root, basename(conversation ?? '', '.jsonl'))).toBeGreaterThan(0);
      await client.request('session/open', { session: actor.id });
      if (agent.endsWithoutRecord) {
        await actor.becomes('idle', () => null);
        await actor.becomes('exited', () => null);
      }
      const anew = 'its conversation could not be resumed: this is a new one';
      await actor.tells('a new conversation', ({ notice }) => notice === anew);
      await actor.becomes('idle', () => null);
      // What was done long ago is not done once more.
      expect(model.turns()).toHaveLength(1);
      await sendAndSee(stage, actor, 'which number?');
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 2.');
      expect(promptsOf(stage)).not.toContain('remember 42');
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
