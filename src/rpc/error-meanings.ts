// What each kind of error means, for the protocol page and docs/protocol/openrpc.json.
import type { ErrorKind } from '../core/errors.ts';
import type { errorCode } from './constants.ts';

export const errorMeanings: Record<ErrorKind, string> = {
  'not-a-repository': 'The path lies in no git repository; `repo/prepare` can make one.',
  'no-commit': 'The repository has no commit yet; `repo/prepare` can make a first one.',
  'unknown-base': 'The base is no ref or commit of the repository or its remotes.',
  'bad-name': 'The name can be no folder or branch.',
  'name-taken': 'Another live session of the repository has this name.',
  'branch-exists': 'A new session never takes a branch that exists, unless `branch` names it.',
  'branch-missing': 'The branch to adopt, or to restore, does not exist.',
  'branch-in-use': 'The branch is checked out in another worktree.',
  'setup-unapproved': 'The setup command was not approved in this form; `repo/approve` does that.',
  'setup-failed': 'The setup command failed; `session/log` has its output.',
  'bad-config': 'A configuration file is wrong; the message names the place.',
  'unknown-agent': 'No agent has this name; `agent/list` has those that are known.',
  'agent-missing': "The agent's program is not on the PATH.",
  'unknown-session': 'No session has this id or name.',
  'ambiguous-session': 'Several sessions match; give the whole id.',
  'wrong-state': "The session's status does not allow this.",
  'not-taken': 'The prompt was submitted, and the agent did not say that it took it.',
  'unknown-item': 'No such item is in the queue; it may have been sent.',
  'unknown-prompt': 'No prompt of the library has this name; `prompt/list` has those there are.',
  'unfilled-prompt': 'The prompt has a placeholder for which nothing was given.',
  'unsaved-work': 'There is uncommitted or unmerged work; `force` removes it all the same.',
  'nothing-to-restore': 'What was kept of the session is gone.',
  'unknown-checkpoint': 'No checkpoint has this number; `checkpoint/list` has those there are.',
  'unknown-comment': 'The session has no such comment; `comment/list` has those there are.',
  conflict: 'The merge would not be clean; the message names the files. Nothing was changed.',
  'base-moved': 'The base branch is no longer where it was when it was looked at.',
  'base-dirty': 'Uncommitted changes where the base is checked out are in the way.',
  'hook-failed': "One of the person's hooks refused; the message has what it said.",
  'no-terminal': 'The session has no terminal; `session/open` starts its agent.',
  'host-gone': 'The terminal host ended, and the agents with it; `session/open` starts them again.',
  'git-failed': 'git failed; the message has what it said.',
  'io-failed': 'A file, folder or socket could not be used.',
  cancelled: 'The request was cancelled by `$/cancelRequest`.',
  'version-mismatch': 'Client and daemon speak different versions of the protocol.',
  'not-initialized': 'The connection has not been introduced by `initialize`.',
  'bad-request': 'The message, its method or its parameters are not those of this protocol.',
  'too-large': 'The answer would be longer than a message may be.',
  'timed-out': 'Raised by our own client: no answer came in time.',
  'daemon-gone': 'Raised by our own client: the connection was closed.',
  internal: 'A bug in Tempest; the log of the daemon has the details.',
};

/** The codes of errors, and when they come. */
export const codeMeanings: Record<keyof typeof errorCode, string> = {
  parse: 'The message is not JSON or not UTF-8. The connection is closed.',
  invalidRequest:
    'Not a JSON-RPC 2.0 request. The connection is closed if what follows can no longer be told apart: a broken header, a batch.',
  methodNotFound: 'There is no such method.',
  invalidParams: 'The parameters do not fit; the message names the field.',
  internal: 'A bug in Tempest.',
  notInitialized: 'A request came before `initialize`.',
  tempest: 'Everything that can be expected to fail; `data.kind` says what.',
  cancelled: 'The request was cancelled.',
};
