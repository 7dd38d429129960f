// Turns: begun from the command line, by an edit, by a message; two agents at once.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Scenario } from '../scenarios.ts';
import { answerQuestion, hold, promptsOf, say, sendAndSee, showsQuestion } from './plot.ts';

/** All that has gone wrong between a person's words and a program. */
const awkward = `-say "it" \`now\`\n$(touch pwned) it's 😀 \\n`;

export const turns: Scenario[] = [
  {
    name: 'first turn',
    async play(stage) {
      const { answer, create, answeredAt } = stage;
      answer(() => say('All done.'));
      const began = Date.now();
      const actor = await create(awkward, 'work');
      await actor.becomes('working', began);
      const { activity } = await actor.becomes(
        'idle',
        answeredAt,
        (session) => session.activity === 'All done.',
      );
      expect(activity).toBe('All done.');
      expect(promptsOf(stage)).toContain(awkward);
      expect(existsSync(join(actor.now().worktree, 'pwned'))).toBe(false);
      expect(actor.now()).toMatchObject({ unseen: true, problem: null, question: null });
      actor.staysSo();
    },
  },
  {
    name: 'edit a file',
    async play(stage) {
      const { agent, answer, create, answeredAt, model, client } = stage;
      const made = () => join(actor.now().worktree, 'made.txt');
      const last = hold(say('Written.'));
      answer(() => (model.turns().length === 1 ? agent.edit(made(), 'hello') : last.reply));
      const actor = await create('write it');
      await actor.becomes('working', actor.now().createdAt);
      if (agent.editAsks) {
        await actor.becomes('waiting', answeredAt, showsQuestion(stage));
        await actor.becomes('working', await answerQuestion(stage, actor, 'allow', 'made.txt'));
      }
      // What it does, or did last, names the file.
      if (!agent.asksUnnamed)
        await actor.tells('the file', ({ activity }) => activity.includes('made.txt'));
      await until(() => existsSync(made()), { what: 'the file to be written' });
      last.release();
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Written.');
      expect(readFileSync(made(), 'utf8').trim()).toBe('hello');
      const diff = await client.request('session/diff', { session: actor.id });
      expect(diff.files.map(({ path }) => path)).toEqual(['made.txt']);
      actor.staysSo();
    },
  },
  {
    name: 'second prompt, 20 kB',
    async play(stage) {
      const { answer, create, answeredAt, model } = stage;
      answer(() => say(`Answer ${model.turns().length}.`));
      const actor = await create('hello');
      await actor.becomes('working', actor.now().createdAt);
      await actor.becomes('idle', answeredAt);
      const lines = Array.from(
        { length: 520 },
        (_, n) => `line ${n}: "it's" $(touch pwned) \`x\` 😀`,
      );
      const text = `${lines.join('\n')}\nand that is all`;
      expect(Buffer.byteLength(text)).toBeGreaterThan(20_000);
      await sendAndSee(stage, actor, text);
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 2.');
      expect(promptsOf(stage)).toContain(text);
      expect(existsSync(join(actor.now().worktree, 'pwned'))).toBe(false);
      actor.staysSo();
    },
  },
  {
    name: 'side by side',
    async play({ answer, create, answeredAt, model }) {
      const slow = hold(say('Slow is done.'));
      answer(({ text }) => (text.includes('take your time') ? slow.reply : say('Quick is done.')));
      const one = await create('take your time', 'slow');
      const two = await create('be quick', 'quick');
      await one.becomes('working', one.now().createdAt);
      await two.becomes('working', two.now().createdAt);
      await two.becomes('idle', answeredAt, ({ activity }) => activity === 'Quick is done.');
      await until(() => model.turns().length === 2, { what: 'both turns' });
      one.staysSo();
      slow.release();
      const at = Date.now();
      await one.becomes('idle', at, ({ activity }) => activity === 'Slow is done.');
      two.staysSo();
      expect(two.now().activity).toBe('Quick is done.');
    },
  },
  {
    name: 'sub-agent',
    concerns: ({ subAgent }) => subAgent !== undefined,
    async play({ agent, answer, create, answeredAt, model }) {
      const { reply, isItsOwn } = agent.subAgent as NonNullable<typeof agent.subAgent>;
      const errand = 'count the leaves of the tree';
      const leaves = hold(say('There are 42.'));
      const last = hold(say('It counted 42.'));
      answer((request) => {
        if (isItsOwn(request, errand)) return leaves.reply;
        return model.turns().length === 1 ? reply(errand) : last.reply;
      });
      const actor = await create('have them counted');
      await actor.becomes('working', actor.now().createdAt);
      await actor.tells('a sub-agent', ({ subAgents }) => subAgents === 1);
      leaves.release();
      await actor.tells('no sub-agent', ({ subAgents }) => subAgents === 0);
      actor.staysSo();
      last.release();
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'It counted 42.');
      expect(actor.now().subAgents).toBe(0);
      actor.staysSo();
    },
  },
];
