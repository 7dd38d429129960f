// The commands that work on sessions: the daily ones.
import { scopes } from '../../core/review/words.ts';
import type { CommandSpec } from '../spec.ts';
import { fromLibrary } from './messages.ts';
import { json, orThisOne, session, sessionHere, whichSession } from './shared.ts';

const start = 'Start and steer';
const review = 'Look and review';

export const sessionCommands = {
  new: {
    group: start,
    summary: 'Start an agent on a prompt, in a worktree and branch of its own',
    details: [
      'Prints the name, branch and worktree of the new session. The agent works on in the ' +
        'background, whatever becomes of this terminal.',
      'PROMPT reaches the agent byte for byte: no shell reads it. With `-` it is read from ' +
        'standard input. Without one, the agent starts and waits for you.',
      'After `--` any program can stand in for an agent; its arguments are passed on untouched.',
    ],
    arguments: [{ name: 'prompt', optional: true }],
    rest: 'command',
    options: {
      agent: {
        short: 'a',
        value: 'agent',
        summary: 'Agent to start (default: the configured one)',
        completes: 'agents',
      },
      name: { short: 'n', value: 'name', summary: 'Name (default: made from the prompt)' },
      base: {
        short: 'b',
        value: 'ref',
        summary: 'Branch, tag or commit to start from, also one of a remote (default: HEAD)',
        completes: 'branches',
      },
      branch: {
        value: 'branch',
        summary: 'Work on this existing branch, and leave it when the session is removed',
        completes: 'branches',
      },
      attach: { summary: 'Attach to its terminal at once' },
      ...fromLibrary,
      json,
    },
    examples: [
      ["tempest new 'fix the flaky login test'", 'the default agent, from HEAD'],
      ["tempest new 'port to Node 22' -a codex -b origin/next --attach", ''],
      ['tempest new - < task.md', 'a long prompt from a file'],
      ['tempest new --name tests -- npm run test:watch', 'any program as the agent'],
    ],
  },
  fork: {
    group: start,
    summary: 'Start a second session from where another stands',
    details: [
      'The new one begins with all the work of the first, committed or not, and with its ' +
        'conversation where the agent can fork it. The first goes on untouched. Not before a merge or ' +
        'rebase in its worktree is finished.',
      whichSession,
    ],
    arguments: [session, { name: 'prompt', optional: true }],
    options: {
      agent: {
        short: 'a',
        value: 'agent',
        summary: 'Another agent, with a conversation of its own',
        completes: 'agents',
      },
      name: { short: 'n', value: 'name', summary: 'Name (default: made from the prompt)' },
      attach: { summary: 'Attach to its terminal at once' },
      ...fromLibrary,
      json,
    },
    examples: [["tempest fork fix-login 'try it without the mutex'", '']],
  },
  list: {
    group: start,
    summary: 'List the sessions of this repository, or all of them',
    details: [
      'On a terminal a table; otherwise one line a session with tab-separated id, name, status, ' +
        'agent, branch, lines added, lines removed, time of creation, prompt, `permissionless` ' +
        'if the agent asks for no permission (in the table: `!`), the state of its check, ' +
        '`stale` if the worktree has changed since (in the table: in brackets), what it does, asks ' +
        'or said last, tokens and US dollars of the present turn or the last one, and those of all, ' +
        'and the merge, rebase, cherry-pick or revert that is not finished in its worktree.',
      'Tokens are those that were not read from a cache; where the agent tells none, the field is empty.',
      'Outside of any repository, all sessions are listed.',
      'With --watch and --json, every line is one `session/changed` or `session/removed` ' +
        'notification, beginning with one for each session there is.',
    ],
    arguments: [],
    options: {
      watch: { short: 'w', summary: 'Stay, and show every change as it happens' },
      all: { summary: 'Sessions of every repository' },
      repo: { value: 'path', summary: 'Sessions of the repository there', completes: 'folders' },
      removed: { summary: 'Removed sessions that can still be restored' },
      json,
    },
    examples: [
      ['tempest list', ''],
      ['tempest list --watch --all', 'everything at work, live'],
      [
        'tempest list --json | jq -r \'.sessions[] | select(.status == "waiting").name\'',
        'who waits for me',
      ],
    ],
  },
  attach: {
    group: start,
    summary: "Take over a session's terminal",
    details: [
      'Ctrl-] leaves it again, and the agent works on. Several terminals may be attached; the ' +
        'one typed in last has the say over the size.',
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      'detach-key': {
        value: 'key',
        summary: 'Leave with this key instead, such as ctrl-q, or with none',
      },
      'own-terminal': {
        summary: "For editors' own terminals: no key leaves it; exits with the agent's code",
      },
    },
    examples: [['tempest attach fix-login', '']],
  },
  open: {
    group: start,
    summary: 'Start the agent of a session again, with its conversation',
    details: ['Also tries a failed start once more.', whichSession, orThisOne],
    arguments: [sessionHere],
    options: { attach: { summary: 'Attach to its terminal at once' }, json },
    examples: [['tempest open fix-login --attach', '']],
  },
  rename: {
    group: start,
    summary: 'Give a session another name',
    details: ['Worktree and branch keep theirs.', whichSession],
    arguments: [session, { name: 'name' }],
    options: { json },
    examples: [['tempest rename fix-login login', '']],
  },
  close: {
    group: start,
    summary: 'End the agent; worktree, branch and conversation stay',
    details: [whichSession, orThisOne],
    arguments: [sessionHere],
    options: { json },
    examples: [['tempest close fix-login', '']],
  },
  remove: {
    group: start,
    summary: 'Remove a session and its worktree; it can be restored for 30 days',
    details: [
      'Uncommitted or unmerged work is only removed with --force, and even then it is kept ' +
        'for `tempest restore`.',
      whichSession,
    ],
    arguments: [session],
    options: {
      force: { short: 'f', summary: 'Also with uncommitted or unmerged work' },
      json,
    },
    examples: [['tempest remove fix-login', '']],
  },
  restore: {
    group: start,
    summary: 'Bring a removed session back, uncommitted files and conversation included',
    details: ['`tempest list --removed` shows what can be restored.'],
    arguments: [{ name: 'session', completes: 'removed-sessions' }],
    options: { json },
    examples: [['tempest restore fix-login', '']],
  },
  diff: {
    group: review,
    summary: 'Show what a session changed since its base, committed or not',
    details: [
      'Against the merge-base with the base branch, untracked files included. Coloured and ' +
        "paged as git's own settings say; on a pipe, a patch for `git apply`.",
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    rest: 'path',
    options: {
      stat: { summary: 'Only the count of lines for each file' },
      'name-only': { summary: 'Only the names of the files' },
      scope: {
        value: 'scope',
        summary: 'all (the default), turn (the last one), seen (since you looked), uncommitted',
        completes: scopes,
      },
      turn: {
        value: 'number',
        summary: 'Only the turn that this checkpoint ended',
        completes: 'checkpoints',
      },
      from: {
        value: 'number',
        summary: 'From this checkpoint, in place of the base',
        completes: 'checkpoints',
      },
      to: {
        value: 'number',
        summary: 'Up to this checkpoint, in place of now',
        completes: 'checkpoints',
      },
      against: {
        value: 'session',
        summary: 'What differs from this other session',
        completes: 'sessions',
      },
      json,
    },
    examples: [
      ['tempest diff fix-login', ''],
      ['tempest diff fix-login -- src', 'only what lies in src'],
      ['tempest diff fix-login --from 1 --to 3', 'between two checkpoints'],
      ['tempest diff fix-login | git apply', 'take it over into this checkout'],
    ],
  },
  screen: {
    group: review,
    summary: "Print what is on a session's screen",
    details: [whichSession, orThisOne],
    arguments: [sessionHere],
    options: {
      scrollback: { summary: 'With everything that scrolled away' },
      ansi: { summary: 'With colours and attributes' },
      json,
    },
    examples: [['tempest screen fix-login', '']],
  },
  logs: {
    group: review,
    summary: "Print the output of a session's setup command, or the daemon's log",
    details: [whichSession, orThisOne],
    arguments: [sessionHere],
    options: {
      follow: { short: 'f', summary: 'Print what is added, until setup is over' },
      daemon: { summary: "The daemon's log instead; with --follow until Ctrl-C" },
      json,
    },
    examples: [
      ['tempest logs fix-login', ''],
      ['tempest logs --daemon --follow', ''],
    ],
  },
} as const satisfies Record<string, CommandSpec>;
