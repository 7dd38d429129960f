// Goes back to a checkpoint: the files, and the conversation as it was then, where the agent can.
import type { Checkpoint } from '../review/checkpoints.ts';
import { closeSession } from './close.ts';
import type { Deps, Launching } from './deps.ts';
import { isLive } from './record.ts';
import { startAgent } from './start.ts';
import type { Turns } from './turns.ts';

export interface Rewound extends Checkpoint {
  /** Whether the conversation went back, too. */
  conversationToo: boolean;
}

/**
 * Gives the checkpoint of what was before. A running agent is ended and started with the shorter conversation; one that
 * isn't takes it up when it is opened. The longer one stays where its agent keeps it. Not to be run beside
 * another verb of the session. Throws as `Turns.rewind` and `startAgent` do.
 */
export async function rewindSession(
  deps: Deps,
  turns: Pick<Turns, 'rewind'>,
  id: string,
  o: Launching & { number: number; conversation: boolean },
): Promise<Rewound> {
  const { before, to } = await turns.rewind(id, o.number);
  const record = deps.table.get(id);
  const agent = (await deps.agents()).of(record);
  const conversationToo = o.conversation && to.conversation !== null && agent.rewind !== undefined;
  if (conversationToo && to.conversation !== null) {
    const wasLive = isLive(record);
    const rewound = { conversation: to.conversation, at: to.at, pending: true };
    await deps.table.update(id, { rewound, conversation: null });
    if (wasLive) {
      await closeSession(deps, id);
      await startAgent(deps, id, o);
    }
  }
  return { ...before, conversationToo };
}
