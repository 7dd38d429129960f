// A small table of real handlers, for tests of what lies below the sessions.
import { TempestError } from '../../../src/core/errors.ts';
import type { Session } from '../../../src/core/session/session.ts';
import type { Handlers } from '../../../src/rpc/dispatch.ts';
import { requests } from '../../../src/rpc/protocol.ts';

/** Refuses every method but those given. */
export function handlersWith(some: Partial<Handlers>): Handlers {
  const refuse = async () => {
    throw new TempestError('wrong-state', 'This test has no sessions', 'Look elsewhere.');
  };
  const all = Object.keys(requests).map((method) => [method, refuse]);
  return { ...Object.fromEntries(all), ...some } as Handlers;
}

export function sessionNamed(name: string): Session {
  return {
    id: 'abcd1234',
    name,
    repo: '/repo',
    worktree: `/worktrees/${name}`,
    branch: name,
    adopted: false,
    base: { ref: 'main', commit: '0'.repeat(40) },
    agent: 'demo',
    command: null,
    permissionless: false,
    answerable: false,
    prompt: '',
    conversation: null,
    forkedFrom: null,
    group: null,
    check: null,
    merged: null,
    status: 'idle',
    reason: '',
    notice: '',
    activity: '',
    question: null,
    problem: null,
    usage: null,
    words: '',
    queued: { count: 0, going: 0, hold: null },
    subAgents: 0,
    unseen: false,
    attention: null,
    port: 40_000,
    generation: 1,
    exit: null,
    changes: null,
    unfinished: null,
    createdAt: 0,
    statusAt: 0,
    removed: null,
    revision: 1,
  };
}
