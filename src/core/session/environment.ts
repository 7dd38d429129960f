// The environment of a session's agent and setup command.
import type { SessionRecord } from './record.ts';

/** What an editor sets for its own children, and what would point git at another repository. */
const editors = ['NVIM_LISTEN_ADDRESS', 'NVIM_LOG_FILE', 'VIM', 'VIMRUNTIME', 'MYVIMRC'];
const gits = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_OBJECT_DIRECTORY',
  'GIT_COMMON_DIR',
];
const terminals = ['TERM_PROGRAM', 'TERM_PROGRAM_VERSION', 'TMUX', 'TMUX_PANE', 'COLUMNS', 'LINES'];
const dropped = new Set([...editors, ...gits, ...terminals]);

/**
 * `inherited` without what belongs to the editor, the terminal or another repository, and with the
 * session's own variables. `NVIM`, by which an agent can reach the editor it was started from, stays.
 */
export function sessionEnvironment(
  record: Pick<SessionRecord, 'id' | 'worktree' | 'repo' | 'base' | 'port'>,
  inherited: NodeJS.ProcessEnv,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !dropped.has(name) && !name.startsWith('npm_')) env[name] = value;
  }
  return {
    ...env,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    TEMPEST_SESSION: record.id,
    TEMPEST_WORKTREE: record.worktree,
    TEMPEST_REPO: record.repo,
    TEMPEST_BASE: record.base.commit,
    TEMPEST_PORT: String(record.port),
  };
}
