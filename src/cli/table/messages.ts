// The commands about what agents are told: now, later, and in prepared words.
import type { CommandSpec } from '../spec.ts';
import { json, whichSession } from './shared.ts';

const start = 'Start and steer';

/** Words of the library, with what they want filled in. */
export const fromLibrary = {
  use: {
    short: 'u',
    value: 'name',
    summary: 'A prompt of the library; TEXT is its `{{input}}`, or follows it',
    completes: 'prompts',
  },
  file: { value: 'path', summary: "What the prompt's `{{file}}` is", completes: 'files' },
  selection: {
    value: 'lines',
    summary: "The prompt's `{{selection}}`: PATH:FIRST-LAST, PATH:LINE, or - for standard input",
    completes: 'files',
  },
  diagnostics: {
    value: 'path',
    summary: 'A file with what its `{{diagnostics}}` are, or - for standard input',
    completes: 'files',
  },
  quickfix: {
    value: 'path',
    summary: 'A file with what its `{{quickfix}}` is, or - for standard input',
    completes: 'files',
  },
} as const;

export const messageCommands = {
  send: {
    group: start,
    summary: 'Paste text into agents and submit it',
    details: [
      'Says so when an agent did not take it. With `-` the text is read from standard input.',
      'SESSION may be several, with commas between them; each has its own outcome, and the exit ' +
        'code is 1 if one failed.',
      whichSession,
    ],
    arguments: [
      { name: 'session', optional: true, completes: 'sessions' },
      { name: 'text', optional: true },
    ],
    options: {
      all: { summary: 'To every session of this repository whose agent runs; then no SESSION' },
      queue: { short: 'q', summary: 'Once the turn is over, if one goes on' },
      'no-submit': { summary: 'Leave the text in the input line' },
      ...fromLibrary,
      json,
    },
    examples: [
      ["tempest send fix-login 'also cover the logout'", ''],
      ['npm test 2>&1 | tempest send fix-login -', ''],
      ["tempest send --all 'commit what you have'", ''],
      ['tempest send fix-login --use review', 'a prompt of the library'],
      ['npm run lint 2>&1 | tempest send fix-login --use mend --diagnostics -', ''],
    ],
  },
  queue: {
    group: start,
    summary: 'See and change what waits to be sent to a session',
    details: [
      'One item goes out whenever a turn is over: never into a question, and not after a turn that ' +
        'was interrupted or failed. Then the queue holds itself, until `release`.',
      'ACTION is one of: list SESSION · add SESSION TEXT · edit SESSION ITEM TEXT · ' +
        'move SESSION ITEM PLACE (from 1) · remove SESSION ITEM · hold SESSION [ITEM] · ' +
        'release SESSION [ITEM]. Without one, lists the queue of the session here.',
      'With `--use`, TEXT of `add` and `edit` is as in `tempest send`.',
      whichSession,
    ],
    arguments: [
      {
        name: 'action',
        optional: true,
        completes: ['list', 'add', 'edit', 'move', 'remove', 'hold', 'release'],
      },
      { name: 'session', optional: true, completes: 'sessions' },
      { name: 'item', optional: true },
      { name: 'text', optional: true },
    ],
    options: { ...fromLibrary, json },
    examples: [
      ["tempest queue add fix-login 'then write the tests'", ''],
      ['tempest queue add fix-login --use review', 'a prompt of the library'],
      ['tempest queue list fix-login', ''],
      ['tempest queue release fix-login', 'after it has held itself'],
    ],
  },
  prompts: {
    group: start,
    summary: 'List the prompts of the library',
    details: [
      'Yours lie in `prompts/*.md` beside config.toml, those of a repository in its ' +
        '`.tempest/prompts`. `--use NAME` sends one: with `new`, `fork`, `race`, `send` and `queue`.',
      'On a pipe one line a prompt with tab-separated name, source, agent, description and path.',
    ],
    arguments: [],
    options: { json },
    examples: [['tempest prompts', '']],
  },
} as const satisfies Record<string, CommandSpec>;
