// What scenarios have in common.
import type { Reply } from '../../support/model/reply.ts';
import type { Actor, Stage } from '../stage.ts';
import { textsOf } from '../texts.ts';

export const say = (text: string): Reply => ({ kind: 'text', text });

/** A reply that waits for its release. */
export function hold(next: Reply): { reply: Reply; release(): void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { reply: { kind: 'held', release: released, next }, release: () => release() };
}

/** Creates a session whose first turn is over. */
export async function settled(stage: Stage, prompt: string): Promise<Actor> {
  const actor = await stage.create(prompt);
  await actor.becomes('working', actor.now().createdAt);
  await actor.becomes('idle', stage.answeredAt);
  return actor;
}

/** Sends a prompt, and sees the turn begin. */
export async function sendAndSee({ client }: Stage, actor: Actor, text: string): Promise<void> {
  const began = Date.now();
  await client.request('session/send', { session: actor.id, text });
  await actor.becomes('working', began);
}

/** The texts of the last turn's request, as the CLI got them: without what it puts around them. */
export function promptsOf({ agent, model }: Stage): string[] {
  const texts = textsOf(model.turns().at(-1)?.body);
  return texts.map((text) => (agent.unwrap?.(text) ?? text).trim());
}
