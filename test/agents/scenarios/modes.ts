// What a person sets or says in the agent's own words.
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { promptsOf, say, sendAndSee, settled } from './plot.ts';

export const modes: Scenario[] = [
  {
    name: 'without permissions',
    concerns: ({ permissionless }) => permissionless === true,
    async play(stage) {
      const { agent, answer, answeredAt, box, model } = stage;
      mkdirSync(dirname(box.places.config), { recursive: true });
      appendFileSync(box.places.config, `\n[agents.${agent.name}]\npermissionless = true\n`);
      const made = join(box.root, 'made');
      answer(() =>
        model.turns().length > 1 ? say('It is made.') : (agent.unasked ?? agent.ask)(made),
      );
      const actor = await stage.create('make it');
      await actor.becomes('working', actor.now().createdAt);
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'It is made.');
      expect(existsSync(made)).toBe(true);
      expect(actor.now().permissionless).toBe(true);
      actor.staysSo();
    },
  },
  {
    name: 'a new conversation',
    concerns: ({ begin }) => begin !== undefined,
    async play(stage) {
      const { agent, answer, answeredAt, client, model } = stage;
      answer(() => say(`Answer ${model.turns().length}.`));
      const actor = await settled(stage, 'remember 42');
      const first = actor.now().conversation;
      for (const [keys, shown] of agent.begin ?? []) {
        await actor.press(keys);
        await actor.shows(shown);
      }
      await sendAndSee(stage, actor, 'remember 43');
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 2.');
      expect(promptsOf(stage)).not.toContain('remember 42');
      await actor.tells('another conversation', ({ conversation }) => conversation !== first);
      const closing = Date.now();
      await client.request('session/close', { session: actor.id });
      await actor.becomes('closed', closing);
      await client.request('session/open', { session: actor.id });
      await actor.becomes('idle', closing);
      await sendAndSee(stage, actor, 'which number?');
      await actor.becomes('idle', answeredAt, ({ activity }) => activity === 'Answer 3.');
      const texts = promptsOf(stage);
      expect(texts).toContain('remember 43');
      expect(texts).not.toContain('remember 42');
      actor.staysSo();
    },
  },
];
