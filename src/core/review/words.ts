// The words of a review that clients use, too.

/** `all` since the base, `turn` since the last turn began, `seen` since the person last looked. */
export const scopes = ['all', 'turn', 'seen', 'uncommitted'] as const;
export type Scope = (typeof scopes)[number];

/** How the turn ended that a checkpoint was taken after; `rewind`: none did, the person went back. */
export const endings = ['done', 'problem', 'interrupted', 'exited', 'closed', 'rewind'] as const;
export type Ending = (typeof endings)[number];
