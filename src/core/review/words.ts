// The words of a review that clients use, too.

/** `all` since the base, `turn` since the last turn began, `seen` since the person last looked. */
export const scopes = ['all', 'turn', 'seen', 'uncommitted'] as const;
export type Scope = (typeof scopes)[number];

/**
 * How the turn ended that a checkpoint was taken after. None did with `rewind`: files or commits were about to be moved;
 * nor with `reject`: hunks were about to be taken out of a file.
 */
export const endings = [
  'done',
  'problem',
  'interrupted',
  'exited',
  'closed',
  'rewind',
  'reject',
] as const;
export type Ending = (typeof endings)[number];

/** Whether a turn was over at such a checkpoint. */
export function isTurn({ ending }: { ending: Ending }): boolean {
  return ending !== 'rewind' && ending !== 'reject';
}
