// The commands about who wants the person: to find them, to answer, to wait.
import type { CommandSpec } from '../spec.ts';
import { json, session, whichSession } from './shared.ts';

const group = 'Follow and answer';

export const attentionCommands = {
  next: {
    group,
    summary: 'Print the session that wants you most, or attach to it',
    details: [
      'Of all repositories: who waits for an answer first, then who was stopped by a problem, then ' +
        'who is done and not yet looked at; the oldest first. The line is that of `tempest list`. ' +
        'Exit code 1 when none wants you.',
    ],
    arguments: [],
    options: {
      attach: { summary: 'Attach to its terminal' },
      all: { summary: 'Print all of them, in that order' },
      json,
    },
    examples: [['tempest next --attach', '']],
  },
  answer: {
    group,
    summary: "Answer an agent's permission question",
    details: [
      'Presses the key that the agent takes for it, but only while it still asks that. A question in ' +
        'words, or of an agent whose keys are not known, is answered in its terminal.',
      whichSession,
    ],
    arguments: [session, { name: 'answer', completes: ['allow', 'deny'] }],
    options: {
      question: { value: 'id', summary: 'Only if this question stands (default: the present one)' },
      json,
    },
    examples: [['tempest answer fix-login allow', '']],
  },
  wait: {
    group,
    summary: 'Wait until sessions are done, or want something',
    details: [
      'Until the turn of each is over, or none can go on by itself; prints the line of `tempest ' +
        'list` for each as it comes to that. It goes on when the daemon is started anew.',
      'Exit codes: 0 all are idle; 3 one waits for an answer; 4 one was stopped by a problem ' +
        '(API error, rate limit, login), has ended, failed, or was closed or removed; 124 the time ' +
        'was over. 4 goes before 3.',
      whichSession,
    ],
    arguments: [{ ...session, many: true }],
    options: {
      any: { summary: 'Until one of them has come to that; the exit code is that of this one' },
      all: { summary: 'Until each of them has (default)' },
      timeout: { value: 'seconds', summary: 'Give up after this time' },
      json,
    },
    examples: [
      ['tempest wait fix-login', 'after `tempest send`, until it is done with that'],
      ['tempest wait login docs tests --any --timeout 600', 'whoever is first, within ten minutes'],
    ],
  },
} as const satisfies Record<string, CommandSpec>;
