// Starts a session's agent in a new terminal, with its conversation where it has one.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Agent, LaunchContext } from '../agents/agent.ts';
import { locate } from '../agents/locate.ts';
import { TempestError } from '../errors.ts';
import { type Deps, type Launching, scratchFolder } from './deps.ts';
import { sessionEnvironment } from './environment.ts';
import { isPrompted, type SessionRecord, terminalId } from './record.ts';
import { spoolFolder } from './spool.ts';
import { sendWhenReady } from './typing.ts';

const defaultSize = { cols: 120, rows: 40 };

/**
 * Starts the agent, resuming its conversation if it has one. The new generation is on disk before
 * the program is: after a crash between the two it is started once, not twice.
 * With `anew`, a new conversation begins, without the prompt.
 * Throws `agent-missing`, `unknown-agent`, `io-failed`.
 */
export async function startAgent(
  deps: Deps,
  id: string,
  launching: Launching,
  { anew = false }: { anew?: boolean } = {},
): Promise<void> {
  const found = deps.table.get(id);
  needWorktree(found);
  const { agent, file } = await locateAgent(deps, found, launching.env, found.worktree);
  const launch = await chooseLaunch(deps, id, agent, launching, anew);
  const record = deps.table.get(id);
  await deps.table.update(id, {
    task: 'start',
    generation: record.generation + 1,
    launch: launch.how,
    notice: anew ? 'its conversation could not be resumed: this is a new one' : '',
    permissionless: agent.permissionless ?? false,
    status: 'starting',
    statusAt: deps.now(),
    reason: '',
    exit: null,
    process: null,
    boot: deps.boot,
  });
  await deps.onStep('start:recorded');
  launching.progress?.(`starting ${agent.name}`);
  await writeFiles(scratchFolder(deps, record), launch.files ?? {});
  await deps.listening.follow(id);
  const env = { ...agentEnvironment(deps, record, launching), ...launch.env };
  await spawn(
    deps,
    id,
    { file: agent.file === launch.file ? file : launch.file, args: launch.args, env },
    launching,
  );
  if (launch.typed) sendWhenReady(deps, id, launch.typed);
}

/** Finds the agent and its program before anything is made. Throws `unknown-agent`, `agent-missing`. */
export async function locateAgent(
  deps: Deps,
  wanted: Pick<SessionRecord, 'agent' | 'command'>,
  env: Record<string, string> | undefined,
  cwd: string,
): Promise<{ agent: Agent; file: string }> {
  const agent = (await deps.agents()).of(wanted);
  const file = locate(agent.file, env ?? deps.env, cwd);
  if (file) return { agent, file };
  throw new TempestError(
    'agent-missing',
    `${agent.file} is not installed, or not on the PATH`,
    'Install it, or choose another agent: `tempest agents` lists them.',
  );
}

/** What an agent's functions are told about their session. */
export function launchContext(
  deps: Deps,
  record: SessionRecord,
  launching: Launching,
  /** Of the start that is meant: by default the present one. */
  generation = record.generation,
): LaunchContext {
  return {
    prompt: record.context ? `${record.prompt}\n\n${record.context}` : record.prompt,
    conversation: record.conversation,
    worktree: record.worktree,
    scratch: scratchFolder(deps, record),
    spool: spoolFolder(deps.places.spool, record.id, generation),
    env: agentEnvironment(deps, record, launching),
    createdAt: record.createdAt,
  };
}

function agentEnvironment(deps: Deps, record: SessionRecord, launching: Launching) {
  return sessionEnvironment(record, launching.env ?? deps.env);
}

function needWorktree(record: SessionRecord): void {
  if (existsSync(record.worktree)) return;
  throw new TempestError(
    'wrong-state',
    `the worktree ${record.worktree} is not there`,
    'If it is on a disk that is not mounted, mount it; nothing was forgotten.',
  );
}

async function chooseLaunch(
  deps: Deps,
  id: string,
  agent: Agent,
  launching: Launching,
  anew: boolean,
) {
  const record = deps.table.get(id);
  const context = () => {
    return launchContext(deps, deps.table.get(id), launching, record.generation + 1);
  };
  if (record.generation > 0 && !anew) {
    await learnConversation(deps, id);
    const resumed = await agent.resume?.(context());
    if (resumed) return { ...resumed, how: 'resume' as const };
  }
  const conversation = agent.newConversation?.() ?? null;
  await deps.table.update(id, { conversation });
  const { fork } = record;
  if (fork?.conversation && !anew) {
    const from = { conversation: fork.conversation, worktree: fork.worktree };
    const forked = await agent.fork?.(context(), from);
    if (forked) return { ...forked, how: 'fork' as const };
  }
  // What it was told first it has long done, though its conversation is lost.
  const begun = anew ? { ...context(), prompt: '' } : context();
  return { ...agent.start(begun), how: anew ? ('anew' as const) : ('start' as const) };
}

/** Asks the agent's own records which conversation is this session's, where it names them itself. */
export async function learnConversation(deps: Deps, id: string): Promise<void> {
  const record = deps.table.get(id);
  if (record.conversation !== null || record.generation === 0) return;
  const agent = (await deps.agents()).of(record);
  const found = await agent.findConversation?.(launchContext(deps, record, {}));
  if (found && deps.table.has(id)) await deps.table.update(id, { conversation: found });
}

/** Files of the agent's own, for this start. */
async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, name), text, { mode: 0o600 });
  }
}

interface Program {
  file: string;
  args: string[];
  env: Record<string, string>;
}

async function spawn(deps: Deps, id: string, program: Program, launching: Launching) {
  const record = deps.table.get(id);
  // Before the program is there: one that is over at once is reported before `spawn` answers.
  deps.status.started(id, { prompted: isPrompted(record) });
  try {
    const host = await deps.terminals.host();
    const terminal = await host.call('spawn', {
      ...program,
      id: terminalId(record),
      cwd: record.worktree,
      cols: launching.cols ?? defaultSize.cols,
      rows: launching.rows ?? defaultSize.rows,
    });
    const process = { pid: terminal.pid, startTime: terminal.startTime };
    const durable = deps.table.update(id, { task: null, process });
    if (terminal.exit) deps.status.exited(id, terminal.exit);
    await durable;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await deps.table.update(id, { task: null, status: 'failed', statusAt: deps.now(), reason });
    throw new TempestError('io-failed', reason, 'Look at `tempest logs --daemon`.', {
      cause: error,
    });
  }
}
