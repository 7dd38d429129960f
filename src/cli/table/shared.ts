// Options and arguments that several commands share.

export const json = { summary: 'Answer with one JSON document' } as const;

export const session = { name: 'session', completes: 'sessions' } as const;

/** Left out inside a session's worktree, it means that session. */
export const sessionHere = { name: 'session', optional: true, completes: 'sessions' } as const;

export const whichSession =
  'SESSION is a name, an id or the beginning of an id; sessions of the repository you stand in come first. ' +
  "Inside a session's worktree `.` means that session.";

export const orThisOne = 'Inside its worktree, the session can be left out.';
