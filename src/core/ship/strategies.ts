// The ways to land commits on a base, for clients, too.
export const strategies = ['merge', 'squash', 'fast-forward'] as const;
export type Strategy = (typeof strategies)[number];

/** What a person can be left with at its conflict, in the session's worktree. */
export const byHand = ['merge', 'rebase'] as const;
export type ByHand = (typeof byHand)[number];

/** Without markers are all but `content`. `moved`: renamed, or something else put in its place, on one side or both. */
export const conflictKinds = [
  'content',
  'binary',
  'link',
  'submodule',
  'deleted-in-base',
  'deleted-in-session',
  'moved',
] as const;
export type ConflictKind = (typeof conflictKinds)[number];
