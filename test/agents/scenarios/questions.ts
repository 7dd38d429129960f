// The agent asks: for a permission, or in words.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { say } from './plot.ts';

export const questions: Scenario[] = [
  {
    name: 'permission allowed',
    async play({ agent, box, answer, create, answeredAt, model, client }) {
      const made = join(box.home, 'made');
      answer(() => (model.turns().length === 1 ? agent.ask(made) : say('Made.')));
      const actor = await create('make it');
      await actor.becomes('working', actor.now().createdAt);
      const { question } = await actor.becomes(
        'waiting',
        answeredAt,
        (session) => session.question !== null,
      );
      expect(question?.tool).toBe(agent.askedTool);
      expect(question?.text).toContain(made);
      // It must be on the screen before it can be answered.
      await actor.shows(made);
      const send = client.request('session/send', { session: actor.id, text: 'and then?' });
      await expect(send).rejects.toMatchObject({ kind: 'wrong-state' });
      expect(existsSync(made)).toBe(false);
      await actor.becomes('working', await actor.press(agent.answers.allow));
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Made.');
      expect(existsSync(made)).toBe(true);
      expect(actor.now().question).toBeNull();
      actor.staysSo();
    },
  },
  {
    name: 'permission denied',
    async play({ agent, box, answer, create, answeredAt, model }) {
      const made = join(box.home, 'made');
      answer(() => (model.turns().length === 1 ? agent.ask(made) : say('Not made.')));
      const actor = await create('make it');
      await actor.becomes('working', actor.now().createdAt);
      await actor.becomes('waiting', answeredAt, ({ question }) => question !== null);
      await actor.shows(made);
      const at = await actor.press(agent.answers.deny);
      // Some run on for a moment, until they have seen that it was not to be.
      if (agent.deniedEnds) await actor.settles('idle', at);
      else {
        await actor.becomes('working', at);
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
      answer(() => (model.turns().length === 1 ? reply : say('So be it.')));
      const actor = await create('ask me');
      await actor.becomes('working', actor.now().createdAt);
      const asked = await actor.becomes('waiting', answeredAt, ({ question }) => question !== null);
      expect(asked.question).toMatchObject({ tool: null });
      expect(asked.question?.text).toContain(text);
      await actor.shows(text);
      await actor.becomes('working', await actor.press(keys));
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'So be it.');
      actor.staysSo();
    },
  },
];
