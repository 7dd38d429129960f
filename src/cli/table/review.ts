// The commands that look at what sessions did, turn by turn, and take it back.
import type { CommandSpec } from '../spec.ts';
import { json, orThisOne, session, sessionHere, whichSession } from './shared.ts';

const review = 'Look and review';

export const reviewCommands = {
  conflicts: {
    group: review,
    summary: 'Tell which sessions would conflict if they were merged as they are',
    details: [
      'Every pair of live sessions of the repository, and each with the branch it is based on, ' +
        'uncommitted work included. No checkout is touched. Exit code 1 when there are any, or when ' +
        "that can't be told of a pair: which ones stands on standard error.",
    ],
    arguments: [],
    options: { json },
    examples: [['tempest conflicts', '']],
  },
  checkpoints: {
    group: review,
    summary: "List the snapshots kept at the end of a session's turns",
    details: [
      'Each with its number, when it was taken, how the turn ended, what it took where the ' +
        'agent tells it, and the prompt that led to it (where no terminal is: the prompt, tokens, US dollars); ' +
        '"rewind" is what was there before files or commits were moved, "reject" before hunks were rejected. ' +
        'They are commits under refs/tempest/ID/, so git can show them, too.',
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: { json },
    examples: [['tempest diff fix-login --turn 3', 'what the turn did that checkpoint 3 ended']],
  },
  rewind: {
    group: review,
    summary: "Put a session's files and conversation back to a checkpoint",
    details: [
      'What the worktree holds now is kept first, as a checkpoint of its own, so that nothing is ' +
        'lost. Ignored files, commits and what is staged stay as they are. Not while a turn goes on, nor ' +
        'before a merge or rebase in the worktree is finished.',
      'Where the agent can (claude, pi), its conversation goes back, too: a new one that ends with that ' +
        'turn; the longer one stays where the agent keeps it. --files leaves the conversation alone.',
      whichSession,
    ],
    arguments: [session, { name: 'number' }],
    options: { files: { summary: 'Only the files' }, json },
    examples: [['tempest rewind fix-login 3', '']],
  },
} as const satisfies Record<string, CommandSpec>;
