// Starts a session's agent in a new terminal, with its conversation where it has one.
import { existsSync } from 'node:fs';
import type { Agent, Launch } from '../agents/agent.ts';
import { locate } from '../agents/locate.ts';
import { TempestError } from '../errors.ts';
import { hideCaches } from './caches.ts';
import type { Deps, Launching } from './deps.ts';
import { agentEnvironment, chooseLaunch, equip } from './launch.ts';
import { isPrompted, type SessionRecord, terminalId } from './record.ts';
import { sendWhenReady } from './typing.ts';

const defaultSize = { cols: 120, rows: 40 };

/** A start that is chosen and on disk, and lacks only the worktree. */
export interface PreparedStart {
  agent: Agent;
  launch: Launch;
}

/**
 * Does all of a new session's first start that needs no worktree yet. Its generation is on disk then,
 * under the task `create`: who finds its terminal after a crash knows that the agent was started.
 */
export async function prepareStart(
  deps: Deps,
  id: string,
  launching: Launching,
): Promise<PreparedStart> {
  // It may have to be started first.
  const host = deps.terminals.host();
  host.catch(() => {}); // The start itself will tell.
  const agent = (await deps.agents()).of(deps.table.get(id));
  const { launch, chosen } = await chooseLaunch(deps, id, agent, launching, false);
  await deps.table.update(id, chosen);
  await equip(deps, id, launch);
  return { agent, launch };
}

/**
 * Starts the agent, resuming its conversation if it has one. The new generation is on disk before
 * the program is: after a crash between the two it is started once, not twice.
 * With `anew`, a new conversation begins, without the prompt. `prepared` is what `prepareStart` gave.
 * Throws `agent-missing`, `unknown-agent`, `io-failed`.
 */
export async function startAgent(
  deps: Deps,
  id: string,
  launching: Launching,
  { anew = false, prepared }: { anew?: boolean; prepared?: PreparedStart | undefined } = {},
): Promise<void> {
  const found = deps.table.get(id);
  needWorktree(found);
  const agent = prepared?.agent ?? (await deps.agents()).of(found);
  const file = locateProgram(deps, agent, launching.env, found.worktree);
  const { launch } = prepared ?? (await recordStart(deps, id, agent, launching, anew));
  await deps.onStep('start:recorded');
  launching.progress?.(`starting ${agent.name}`);
  if (!prepared) await equip(deps, id, launch);
  const record = deps.table.get(id);
  const env = { ...agentEnvironment(deps, record, launching), ...launch.env };
  const program = { ...launch, file: agent.file === launch.file ? file : launch.file, env };
  hideCaches(record.worktree, launch.caches ?? []);
  const typed = launch.typed !== undefined;
  await spawn(deps, id, { ...program, typed }, launching, () => {
    if (prepared) void deps.table.note(id, starting(deps));
  });
  if (launch.typed) sendWhenReady(deps, id, launch.typed, launch.mayBePlain ?? false);
}

async function recordStart(
  deps: Deps,
  id: string,
  agent: Agent,
  launching: Launching,
  anew: boolean,
) {
  const { launch, chosen } = await chooseLaunch(deps, id, agent, launching, anew);
  await deps.table.update(id, { ...chosen, ...starting(deps) });
  return { launch };
}

/** What a record says from the moment on that its agent may be there. */
function starting(deps: Deps): Partial<SessionRecord> {
  return {
    task: 'start',
    provisioned: true,
    status: 'starting',
    statusAt: deps.now(),
    reason: '',
    exit: null,
    process: null,
    boot: deps.boot,
  };
}

/** Finds the agent and its program before anything is made. Throws `unknown-agent`, `agent-missing`. */
export async function locateAgent(
  deps: Deps,
  wanted: Pick<SessionRecord, 'agent' | 'command'>,
  env: Record<string, string> | undefined,
  cwd: string,
): Promise<{ agent: Agent; file: string }> {
  const agent = (await deps.agents()).of(wanted);
  return { agent, file: locateProgram(deps, agent, env, cwd) };
}

function locateProgram(
  deps: Deps,
  agent: Agent,
  env: Record<string, string> | undefined,
  cwd: string,
): string {
  const file = locate(agent.file, env ?? deps.env, cwd);
  if (file) return file;
  throw new TempestError(
    'agent-missing',
    `${agent.file} is not installed, or not on the PATH`,
    'Install it, or choose another: `tempest agents`, `:checkhealth tempest` list them.',
  );
}

function needWorktree(record: SessionRecord): void {
  if (existsSync(record.worktree)) return;
  throw new TempestError(
    'wrong-state',
    `the worktree ${record.worktree} is not there`,
    'If it is on a disk that is not mounted, mount it; nothing was forgotten.',
  );
}

interface Program {
  /** Its prompt is typed once it is up. */
  typed: boolean;
  file: string;
  args: string[];
  env: Record<string, string>;
}

async function spawn(
  deps: Deps,
  id: string,
  { typed, file, args, env }: Program,
  launching: Launching,
  meanwhile: () => void,
) {
  const record = deps.table.get(id);
  try {
    const host = await deps.terminals.host();
    const spawned = host.call('spawn', {
      ...{ file, args, env },
      id: terminalId(record),
      cwd: record.worktree,
      cols: launching.cols ?? defaultSize.cols,
      rows: launching.rows ?? defaultSize.rows,
    });
    // While the host starts it. A program that is over at once is reported before `spawned` resolves.
    meanwhile();
    deps.status.started(id, { prompted: isPrompted(record), typed });
    const terminal = await spawned;
    const process = { pid: terminal.pid, startTime: terminal.startTime };
    // A daemon that finds the start but not this adopts the terminal: nobody need wait for the disk.
    void deps.table.note(id, { task: null, process });
    if (terminal.exit) deps.status.exited(id, terminal.exit);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await deps.table.update(id, { task: null, status: 'failed', statusAt: deps.now(), reason });
    throw new TempestError(
      'io-failed',
      reason,
      'Look at its log: `tempest logs --daemon`; `:checkhealth tempest` names the file.',
      {
        cause: error,
      },
    );
  }
}
