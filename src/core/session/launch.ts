// Chooses how a session's agent is to be started: for the first time, resumed, or forked from another.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Agent, Launch, LaunchContext } from '../agents/agent.ts';
import { listCheckpoints } from '../review/checkpoints.ts';
import { type Deps, type Launching, scratchFolder } from './deps.ts';
import { sessionEnvironment } from './environment.ts';
import type { SessionRecord } from './record.ts';
import { spoolFolder } from './spool.ts';

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

/** The whole environment of a session's agent, but for what its launch adds. */
export function agentEnvironment(deps: Deps, record: SessionRecord, launching: Launching) {
  return sessionEnvironment(record, launching.env ?? deps.env);
}

/** How to start, and what of that belongs into the record before. */
export async function chooseLaunch(
  deps: Deps,
  id: string,
  agent: Agent,
  launching: Launching,
  anew: boolean,
) {
  const generation = deps.table.get(id).generation + 1;
  const permissionless = agent.permissionless ?? false;
  const answerable = agent.answers !== undefined;
  const mode = { permissionless, answerable };
  const choose = (launch: Launch, how: SessionRecord['launch'], conversation: string | null) => {
    const known = launch.namesItself ? null : conversation;
    const notice = how === 'anew' ? 'its conversation could not be resumed: this is a new one' : '';
    const chosen = { generation, conversation: known, launch: how, notice, ...mode };
    return { launch, chosen };
  };
  const context = (record: SessionRecord) => launchContext(deps, record, launching, generation);
  let isLost = anew;
  if (generation > 1 && !anew) {
    await learnConversation(deps, id);
    const known = deps.table.get(id);
    const { rewound } = known;
    const resumed = rewound?.pending ? null : await agent.resume?.(context(known));
    if (resumed) return choose(resumed, 'resume', known.conversation);
    if (rewound) {
      const conversation = agent.newConversation?.() ?? null;
      const from = { conversation: rewound.conversation, worktree: known.worktree };
      const back = await agent.rewind?.(context({ ...known, conversation }), from, rewound.at);
      if (back) {
        const { launch, chosen } = choose(back, 'resume', conversation);
        return { launch, chosen: { ...chosen, rewound: { ...rewound, pending: false } } };
      }
    }
    isLost = await hadTurn(known);
  }
  const conversation = agent.newConversation?.() ?? null;
  const record = { ...deps.table.get(id), conversation };
  const { fork } = record;
  if (fork?.conversation && !isLost) {
    const from = { conversation: fork.conversation, worktree: fork.worktree };
    const forked = await agent.fork?.(context(record), from);
    if (forked) return choose(forked, 'fork', conversation);
  }
  if (!isLost) return choose(agent.start(context(record)), 'start', conversation);
  // What it was told first it has long done, though its conversation is lost.
  return choose(agent.start({ ...context(record), prompt: '' }), 'anew', conversation);
}

/**
 * Whether a turn of the present conversation is over: its record is gone then, if it can't be resumed. Agents delete
 * old ones by themselves. A turn that failed may have left none.
 */
async function hadTurn({ id, repo, conversation }: SessionRecord): Promise<boolean> {
  if (conversation === null) return false;
  const checkpoints = await listCheckpoints(repo, id);
  return checkpoints.some(
    (one) =>
      one.conversation === conversation && (one.ending === 'done' || one.ending === 'interrupted'),
  );
}

/** Makes the files that the start needs, and hears what its agent will say. */
export async function equip(deps: Deps, id: string, { files = {} }: Launch): Promise<void> {
  await writeFiles(scratchFolder(deps, { id }), files);
  await deps.listening.follow(id);
}

/** Asks the agent's own records which conversation is this session's, where it names them itself. */
export async function learnConversation(deps: Deps, id: string): Promise<void> {
  const record = deps.table.get(id);
  if (record.conversation !== null || record.generation === 0) return;
  const agent = (await deps.agents()).of(record);
  const found = await agent.findConversation?.(launchContext(deps, record, {}));
  if (found && deps.table.has(id)) await deps.table.update(id, { conversation: found });
}

/** Finds the record of the conversation, for an agent whose own events don't say where it lies. */
export async function learnRecord(deps: Deps, id: string): Promise<void> {
  if (!deps.table.has(id) || deps.listening.reads(id)) return;
  const record = deps.table.get(id);
  const agent = (await deps.agents()).of(record);
  const path = await agent.findTranscript?.(launchContext(deps, record, {}));
  if (path && deps.table.has(id)) await deps.listening.read(id, path);
}

/** Files of the agent's own, for this start. */
async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, name), text, { mode: 0o600 });
  }
}
