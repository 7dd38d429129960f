// The commands that bring a session's work home.
import type { CommandSpec } from '../spec.ts';
import { json, orThisOne, sessionHere, whichSession } from './shared.ts';

const ship = 'Bring it home';

const message = {
  message: { short: 'm', value: 'text', summary: 'The message; `-` reads standard input' },
  last: { summary: "The agent's last words are the message" },
  edit: { short: 'e', summary: 'Write the message in your editor, as for git' },
} as const;

const yes = {
  short: 'y',
  summary: 'Ask nothing; without it you are asked first, on a terminal',
} as const;

const asked =
  'On a terminal, you are shown what it would do and asked first; what is done then is that, or nothing.';

export const shipCommands = {
  commit: {
    group: ship,
    summary: "Commit all of a session's work that is not ignored",
    details: [
      'As you would yourself: your hooks run, and it is signed if you sign. Without a message, the ' +
        "session's prompt is it. Not while a turn goes on.",
      asked,
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      ...message,
      yes,
      json,
    },
    examples: [
      ["tempest commit fix-login -m 'Fix the flaky login test'", ''],
      ['tempest commit fix-login --last --edit', "the agent's words, looked over"],
    ],
  },
  check: {
    group: ship,
    summary: "Run the repository's check in a session's worktree",
    details: [
      'The command is `check` of .tempest.toml, which also says whether it is run after each turn; ' +
        'it runs once you have approved exactly that text. Its output goes to standard error, the ' +
        'result to standard output; exit code 1 when it failed. Ctrl-C cancels it.',
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      log: { summary: 'Run nothing: print the output of the last one' },
      cancel: { summary: 'Run nothing: end the one that runs' },
      json,
    },
    examples: [['tempest check fix-login', '']],
  },
  rebase: {
    group: ship,
    summary: "Put a session's commits on the newest of the branch it is based on",
    details: [
      'What is not committed, and what is staged, is carried along. A conflict changes nothing; ' +
        '--preview tells of it. What was there before is kept as a checkpoint, whose commit has ' +
        'the former HEAD as its parent. Not while a turn goes on.',
      'With --by-hand a conflict waits for you in the worktree, all committed before, as git leaves ' +
        'it; the answer has the places. Once it is resolved, `git rebase --continue` there goes on, and ' +
        '`git rebase --abort` takes it back.',
      "With --onto another branch, that is the session's base from then on, for its review and its " +
        "merge. Only the session's own commits go there: those of the former base stay behind.",
      asked,
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      preview: { short: 'p', summary: 'Only show what it would do; exit code 1 on conflicts' },
      onto: {
        value: 'branch',
        summary: 'Another branch, local or of a remote: its base from then on',
        completes: 'branches',
      },
      resolve: {
        summary: 'On a conflict, ask the agent to rebase and resolve it; not a plain command',
      },
      'by-hand': {
        summary: "On a conflict, begin it in the session's worktree and leave it to you",
      },
      yes,
      json,
    },
    examples: [['tempest rebase fix-login --preview', '']],
  },
  squash: {
    group: ship,
    summary: "Make one commit of all that a session's branch has beyond its base",
    details: [
      "Files and what is staged stay as they are. Without --message, the session's prompt is the " +
        'message. What was there before is kept as a checkpoint. Not while a turn goes on.',
      asked,
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      ...message,
      yes,
      json,
    },
    examples: [["tempest squash fix-login -m 'Fix the flaky login test'", '']],
  },
  merge: {
    group: ship,
    summary: "Merge a session's commits into the branch it is based on",
    details: [
      'Shows with --preview what would land and which files conflict. Where the branch is checked ' +
        'out it is brought along; uncommitted changes there stay, or are a reason to refuse. A ' +
        'conflict changes nothing; of a check that failed you are told. --undo takes the last merge back while nothing came after it.',
      'With --by-hand a conflict waits for you in the worktree, all committed before, as git leaves ' +
        'it; the answer has the places. Once it is resolved, `tempest commit` concludes it, and then ' +
        'it can be merged; `git merge --abort` there takes it back. The branch is not touched before.',
      asked,
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: {
      preview: { short: 'p', summary: 'Only show what it would do; exit code 1 on conflicts' },
      squash: { summary: 'One commit, without the history of the session' },
      'ff-only': { summary: 'Only if the branch has not moved on' },
      into: { value: 'branch', summary: 'Another local branch', completes: 'branches' },
      ...message,
      resolve: {
        summary:
          'On a conflict, ask the agent to merge the base and resolve it; not a plain command',
      },
      'by-hand': {
        summary: "On a conflict, begin it in the session's worktree and leave it to you",
      },
      undo: { summary: 'Take the last merge back' },
      yes,
      json,
    },
    examples: [
      ['tempest merge fix-login --preview', ''],
      ["tempest merge fix-login --squash -m 'Fix the login'", ''],
    ],
  },
  pr: {
    group: ship,
    summary: "Push a session's branch and begin a pull request",
    details: [
      'With `gh` or `glab` on the PATH that opens it; otherwise the address is printed on which it ' +
        'is begun, for GitHub, GitLab, Bitbucket, Gitea and Forgejo. What is not committed is not ' +
        'pushed, as is said then.',
      whichSession,
      orThisOne,
    ],
    arguments: [sessionHere],
    options: { web: { summary: 'Only print the address, whatever is installed' }, json },
    examples: [['tempest pr fix-login', '']],
  },
} as const satisfies Record<string, CommandSpec>;
