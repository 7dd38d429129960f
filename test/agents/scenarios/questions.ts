// The agent asks: for a permission, or in words.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { answerQuestion, hold, say, showsQuestion } from './plot.ts';

export const questions: Scenario[] = [
  {
    name: 'permission allowed',
    async play(stage) {
      const { agent, box, answer, create, answeredAt, model, client } = stage;
      const made = join(box.home, 'made');
      const last = hold(say('Made.'));
      answer(() => (model.turns().length === 1 ? agent.ask(made) : last.reply));
      const actor = await create('make it');
      await actor.becomes('working', actor.now().createdAt);
      const { question } = await actor.becomes('waiting', answeredAt, showsQuestion(stage));
      expect(question?.tool).toBe(agent.asksUnnamed ? undefined : agent.askedTool);
      expect(question?.text ?? made).toContain(made);
      const send = client.request('session/send', { session: actor.id, text: 'and then?' });
      await expect(send).rejects.toMatchObject({ kind: 'wrong-state' });
      expect(existsSync(made)).toBe(false);
      await actor.becomes('working', await answerQuestion(stage, actor, 'allow', made));
      last.release();
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Made.');
      expect(existsSync(made)).toBe(true);
      expect(actor.now().question).toBeNull();
      actor.staysSo();
    },
  },
  {
    name: 'permission denied',
    async play(stage) {
      const { agent, box, answer, create, answeredAt, model } = stage;
      const made = join(box.home, 'made');
      const last = hold(say('Not made.'));
      answer(() => (model.turns().length === 1 ? agent.ask(made) : last.reply));
      const actor = await create('make it');
      await actor.becomes('working', actor.now().createdAt);
      await actor.becomes('waiting', answeredAt, showsQuestion(stage));
      const at = await answerQuestion(stage, actor, 'deny', made);
      // Some run on for a moment, until they have seen that it was not to be.
      if (agent.deniedEnds) await actor.settles('idle', at);
      else {
        await actor.becomes('working', at);
        last.release();
        await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Not made.');
      }
      expect(existsSync(made)).toBe(false);
      expect(actor.now().question).toBeNull();
      actor.staysSo();
    },
  },
  {
    name: 'question in words',
    concerns: ({ question }) => question !== undefined,
    async play({ agent, answer, create, answeredAt, model }) {
      const { reply, text, keys } = agent.question as NonNullable<typeof agent.question>;
      const last = hold(say('So be it.'));
      answer(() => (model.turns().length === 1 ? reply : last.reply));
      const actor = await create('ask me');
      await actor.becomes('working', actor.now().createdAt);
      const asked = await actor.becomes('waiting', answeredAt, ({ question }) => question !== null);
      expect(asked.question).toMatchObject({ tool: null });
      expect(asked.question?.text).toContain(text);
      await actor.shows(text);
      await actor.becomes('working', await actor.press(keys));
      last.release();
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'So be it.');
      actor.staysSo();
    },
  },
];
