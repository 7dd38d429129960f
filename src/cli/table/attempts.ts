// The commands that let several sessions try one prompt.
import type { CommandSpec } from '../spec.ts';
import { fromLibrary } from './messages.ts';
import { json, session, whichSession } from './shared.ts';

const start = 'Start and steer';
const review = 'Look and review';

export const attemptCommands = {
  race: {
    group: start,
    summary: 'Start several agents on one prompt, each in a session of its own',
    details: [
      'All begin at the same commit, and form a group, whose label the names begin with: NAME-1, ' +
        'NAME-2 and so on. One that cannot be started does not stop the others; it is told of, and ' +
        'the exit code is 1.',
      'PROMPT and what follows `--` are as in `tempest new`.',
    ],
    arguments: [{ name: 'prompt', optional: true }],
    rest: 'command',
    options: {
      count: {
        short: 'n',
        value: 'number',
        summary: 'How many (default: one for each agent, or 2)',
      },
      agents: {
        short: 'a',
        value: 'agents',
        summary: 'With commas between them, taken in turn (default: the configured one)',
        completes: 'agents',
      },
      name: { value: 'name', summary: 'What the names begin with (default: made from the prompt)' },
      base: {
        short: 'b',
        value: 'ref',
        summary: 'Branch, tag or commit to start from, also one of a remote (default: HEAD)',
        completes: 'branches',
      },
      ...fromLibrary,
      json,
    },
    examples: [["tempest race -n 3 --agents claude,codex 'fix the flaky login test'", '']],
  },
  compare: {
    group: review,
    summary: 'Show side by side how several sessions came along',
    details: [
      'Status, changes, check, tokens, turns and time of each. One NAME is a group, by its label or ' +
        'id, or a session of it; several are sessions. `tempest diff ONE --against TWO` shows what ' +
        'differs between two.',
      'On a pipe one line a session with tab-separated id, name, agent, status, files, lines added, ' +
        'lines removed, check, tokens, cost, turns and seconds.',
    ],
    arguments: [{ name: 'name', many: true, completes: 'sessions' }],
    options: { json },
    examples: [['tempest compare fix-login', '']],
  },
  choose: {
    group: review,
    summary: 'Keep one session of a group, and move the others to the trash',
    details: [
      'Whatever work the others have, committed or not, `tempest restore` brings them back for 30 days.',
      whichSession,
    ],
    arguments: [session],
    options: { json },
    examples: [['tempest choose fix-login-2', '']],
  },
} as const satisfies Record<string, CommandSpec>;
