// Where Tempest keeps things: the XDG folders, and a socket path short enough for the kernel.
import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Places {
  /** The person's configuration file. */
  config: string;
  /** The person's library of prompts. */
  prompts: string;
  /** Session records, one JSON file each. */
  sessions: string;
  /** What the person has marked in reviews, one JSON file a session. */
  marks: string;
  /** Comments of reviews, one JSON file a session. */
  comments: string;
  /** Setup output, one file a session. */
  logs: string;
  /** Private git index files and other scratch of a session, one folder each. */
  scratch: string;
  /** Events of agents that wait to be read: a folder for each start of a session's agent. */
  spool: string;
  /** Hashes of setup commands the person approved. */
  approvals: string;
  /** The daemon's own log. */
  daemonLog: string;
  /** Parent of every worktree, unless the config says otherwise. */
  worktrees: string;
  /** 0700 folder of the sockets. */
  runtime: string;
  /** The JSON-RPC socket of the daemon. */
  daemonSocket: string;
  /** The terminal host's socket. */
  hostSocket: string;
  /** Which process the terminal host is. */
  hostIdentity: string;
  /** Held by the one running daemon; beside the records, which are what it guards. */
  daemonLock: string;
}

/** The kernel's limit on a Unix socket's path is 108 bytes with its end mark (`man 7 unix`). */
const longestSocketPath = 103;

/**
 * Finds every place from the environment alone; creates nothing.
 * Relative XDG values are ignored, as the XDG base directory specification asks.
 */
export function placesFrom(env: NodeJS.ProcessEnv = process.env): Places {
  const home = env.HOME || homedir();
  const xdg = (name: string, fallback: string) => {
    const value = env[name];
    return join(value && isAbsolute(value) ? value : join(home, fallback), 'tempest');
  };
  const state = xdg('XDG_STATE_HOME', '.local/state');
  const runtime = runtimeFolder(env, state);
  return {
    config: join(xdg('XDG_CONFIG_HOME', '.config'), 'config.toml'),
    prompts: join(xdg('XDG_CONFIG_HOME', '.config'), 'prompts'),
    sessions: join(state, 'sessions'),
    marks: join(state, 'marks'),
    comments: join(state, 'comments'),
    logs: join(state, 'logs'),
    scratch: join(state, 'scratch'),
    spool: join(state, 'spool'),
    approvals: join(state, 'approvals.json'),
    daemonLog: join(state, 'daemon.log'),
    worktrees: join(xdg('XDG_DATA_HOME', '.local/share'), 'worktrees'),
    runtime,
    daemonSocket: join(runtime, 'daemon.sock'),
    hostSocket: join(runtime, 'host.sock'),
    hostIdentity: join(state, 'terminal-host.json'),
    daemonLock: join(state, 'daemon.lock'),
  };
}

/** Of one person, each folder of records has a daemon of its own, which must not be taken for another's. */
function runtimeFolder(env: NodeJS.ProcessEnv, state: string): string {
  const xdg = env.XDG_RUNTIME_DIR;
  const user = process.getuid?.() ?? 0;
  const temporary = env.TMPDIR && isAbsolute(env.TMPDIR) ? env.TMPDIR : tmpdir();
  const usual = xdg && isAbsolute(xdg) ? join(xdg, 'tempest') : join(temporary, `tempest-${user}`);
  const wanted = isUsualState(state) ? usual : `${usual}-${hashOf(state).slice(0, 8)}`;
  if (Buffer.byteLength(join(wanted, 'daemon.sock')) <= longestSocketPath) return wanted;
  return join('/tmp', `tempest-${user}-${hashOf(`${wanted}\0${state}`)}`);
}

/** Where the user's records lie whose environment says nothing else: by the account, not by `HOME`. */
function isUsualState(state: string): boolean {
  try {
    return state === join(userInfo().homedir, '.local/state', 'tempest');
  } catch {
    return false; // A user without an account, as in some containers.
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
