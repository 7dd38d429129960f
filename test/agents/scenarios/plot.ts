// What scenarios have in common.
import type { Session } from '../../../src/core/session/session.ts';
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

/** Whether the session shows what its agent asks, as far as that is told. */
export function showsQuestion({ agent }: Stage): (session: Session) => boolean {
  return ({ question }) => agent.asksUnnamed === true || question !== null;
}

/** Sends a prompt, and sees the turn begin. */
export async function sendAndSee({ client }: Stage, actor: Actor, text: string): Promise<void> {
  const began = Date.now();
  await client.request('session/send', { session: actor.id, text });
  await actor.becomes('working', began);
}

/**
 * Answers the permission question as the picker does, which has to wait for the dialog by itself; or by the
 * person's own key, where the agent tells no question. Gives when.
 */
export async function answerQuestion(
  { agent, client }: Stage,
  actor: Actor,
  answer: 'allow' | 'deny',
  sight: string | RegExp,
): Promise<number> {
  const { question } = actor.now();
  if (question) {
    await client.request('session/answer', { session: actor.id, question: question.id, answer });
    return Date.now();
  }
  await actor.shows(agent.asks ?? sight);
  return actor.press(agent.answers[answer]);
}

/** The texts of the last turn's request, as the CLI got them: without what it puts around them. */
export function promptsOf({ agent, model }: Stage): string[] {
  const texts = textsOf(model.turns().at(-1)?.body);
  return texts.map((text) => (agent.unwrap?.(text) ?? text).trim());
}
