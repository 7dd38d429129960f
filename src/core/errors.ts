// The errors a person can meet: a kind for programs, a message for people, a hint on what to do.

/** Every kind of error that Tempest's own code raises. Published in the protocol. */
export const errorKinds = [
  'not-a-repository',
  'no-commit',
  'unknown-base',
  'bad-name',
  'name-taken',
  'branch-exists',
  'branch-missing',
  'branch-in-use',
  'setup-unapproved',
  'setup-failed',
  'check-unapproved',
  'bad-config',
  'unknown-agent',
  'agent-missing',
  'unknown-session',
  'ambiguous-session',
  'wrong-state',
  'not-taken',
  'unknown-item',
  'unknown-prompt',
  'unfilled-prompt',
  'unsaved-work',
  'nothing-to-restore',
  'unknown-checkpoint',
  'unknown-comment',
  'conflict',
  'base-moved',
  'base-dirty',
  'hook-failed',
  'no-terminal',
  'host-gone',
  'git-failed',
  'io-failed',
  'cancelled',
  'version-mismatch',
  'not-initialized',
  'bad-request',
  'too-large',
  'timed-out',
  'daemon-gone',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** An expected failure. `hint` says in one sentence what the person can do about it. */
export class TempestError extends Error {
  override readonly name = 'TempestError';

  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly hint: string = '',
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
