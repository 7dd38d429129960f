// The commands that say what is wrong with a session's code, line by line.
import type { CommandSpec } from '../spec.ts';
import { json, orThisOne, session, sessionHere, whichSession } from './shared.ts';

const review = 'Look and review';

export const commentCommands = {
  comment: {
    group: review,
    summary: "Comment on lines of a session's code",
    details: [
      'PLACE is PATH:LINE or PATH:FIRST-LAST; PATH starts at the top of the worktree, or where you stand in it. ' +
        'With `-` the text is read from standard input. A comment stays with its code when that moves.',
      whichSession,
    ],
    arguments: [session, { name: 'place' }, { name: 'text' }],
    options: { json },
    examples: [
      ["tempest comment fix-login src/login.ts:12-14 'What if the token is empty?'", ''],
      ['tempest send-review fix-login', 'all comments, as one prompt'],
    ],
  },
  comments: {
    group: review,
    summary: "List a session's comments, and what became of them",
    details: [
      'Each with its id, its status, where its code is now and what it says; under one that is answered, what a ' +
        'turn changed there. Statuses: open, sent, answered, resolved.',
      'On a pipe one line a comment with tab-separated id, status, `exact`, `moved` or `gone`, place and text.',
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      all: { short: 'a', summary: 'Resolved ones, too' },
      resolve: { value: 'id', summary: 'Resolve this one' },
      reopen: { value: 'id', summary: 'Open this one again' },
      edit: { value: 'id', summary: 'Give this one another text, by --message; it is open again' },
      message: { short: 'm', value: 'text', summary: 'The text; `-` reads standard input' },
      remove: { value: 'id', summary: 'Remove this one for good' },
      json,
    },
    examples: [
      ['tempest comments fix-login', ''],
      ['tempest comments fix-login --resolve 3', ''],
    ],
  },
  'send-review': {
    group: review,
    summary: "Send a session's open comments to its agent as one prompt",
    details: [
      'They are sent once the agent has taken them; what fails leaves them open. An agent at work is a reason ' +
        'to refuse, unless the prompt may wait in the queue.',
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      note: {
        short: 'm',
        value: 'text',
        summary: 'Put before the comments; `-` reads standard input',
      },
      queue: { short: 'q', summary: 'Once the turn is over, if one goes on' },
      json,
    },
    examples: [['tempest send-review fix-login --queue', '']],
  },
} as const satisfies Record<string, CommandSpec>;
