// Ends a process with everything it started, whatever group, session or parent it has moved to.
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './process.ts';
import { listProcesses, type ProcessEntry } from './process-list.ts';
import type { ProcessIdentity } from './session/session.ts';

export interface TreeOptions {
  /** Value of `TEMPEST_SESSION`: a process with it in its environment belongs to the tree wherever it went. */
  mark?: string | undefined;
}

export interface EndOptions extends TreeOptions {
  /** Hanging up, terminating and killing get a third of it each, in ms. */
  graceMs: number;
}

const signals = ['SIGHUP', 'SIGTERM', 'SIGKILL'] as const;
const longestPollMs = 50;
/** After a SIGKILL only a process that the kernel itself holds up is left; it is not waited for for ever. */
const shortestKillMs = 2000;

/**
 * All living processes that descend from `root`: its children and theirs, its session and its process
 * group (also when it is dead itself), and those that bear the mark. Not the root, and never the caller.
 */
export function descendants(root: ProcessIdentity, options: TreeOptions = {}): ProcessIdentity[] {
  return treeOf(new Map([[root.pid, root]]), root, options).filter(({ pid }) => pid !== root.pid);
}

/**
 * Hangs up, then terminates, then kills the process and all its descendants, each known by id and start
 * time; comes back as soon as none is left. What they start meanwhile is ended, too.
 * @returns whether all are gone
 */
export async function endTree(
  root: ProcessIdentity,
  { graceMs, mark }: EndOptions,
): Promise<boolean> {
  const known = new Map<number, ProcessIdentity>([[root.pid, root]]);
  for (const signal of signals) {
    const patience = signal === 'SIGKILL' ? Math.max(graceMs / 3, shortestKillMs) : graceMs / 3;
    if (await endWith(signal, patience, known, root, { mark })) return true;
  }
  return false;
}

async function endWith(
  signal: NodeJS.Signals,
  patienceMs: number,
  known: Map<number, ProcessIdentity>,
  root: ProcessIdentity,
  options: TreeOptions,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  const signalled = new Set<string>();
  for (let poll = 1; ; poll = Math.min(poll * 2, longestPollMs)) {
    const living = treeOf(known, root, options);
    if (living.length === 0) return true;
    for (const identity of living) {
      const key = `${identity.pid} ${identity.startTime}`;
      if (signalled.has(key)) continue;
      signalled.add(key);
      sendSignal(identity, signal);
    }
    if (performance.now() >= deadline) return false;
    await delay(poll);
  }
}

/** The living ones; adds to `known` whatever descends from it. */
function treeOf(
  known: Map<number, ProcessIdentity>,
  root: ProcessIdentity,
  { mark }: TreeOptions,
): ProcessIdentity[] {
  const entries = listProcesses(mark ? `TEMPEST_SESSION=${mark}` : null);
  const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
  // A known id that is somebody else's by now is nobody's parent here.
  const members = new Set<number>();
  for (const { pid, startTime } of known.values()) {
    if (byPid.get(pid)?.startTime === startTime) members.add(pid);
    else if (pid !== root.pid) known.delete(pid);
  }
  const rootReused = byPid.has(root.pid) && !members.has(root.pid);
  const belongs = (entry: ProcessEntry) =>
    // Never the caller, whose children are not the tree's.
    entry.pid !== process.pid &&
    (entry.marked ||
      members.has(entry.parent) ||
      (!rootReused && (entry.session === root.pid || entry.group === root.pid)));
  for (let grown = true; grown; ) {
    grown = false;
    for (const entry of entries) {
      if (members.has(entry.pid) || !belongs(entry)) continue;
      members.add(entry.pid);
      grown = true;
    }
  }
  const living = entries.filter(({ pid }) => members.has(pid));
  for (const { pid, startTime } of living) known.set(pid, { pid, startTime });
  return living.map(({ pid, startTime }) => ({ pid, startTime }));
}

/** Looks at the start time once more right before: nothing shorter than that moment is left to chance. */
function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
    // A stopped process acts on a signal only when it goes on.
    if (signal !== 'SIGKILL') process.kill(identity.pid, 'SIGCONT');
  } catch {
    // Gone meanwhile, or not ours: both show when it is looked at again.
  }
}
