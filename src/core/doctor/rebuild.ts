// Makes the record of a session anew, from its worktree and from what a damaged record still says.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { mergeBase } from '../review/diff.ts';
import { freePort } from '../session/ports.ts';
import { emptyQueue } from '../session/queue.ts';
import { recordSchema, type SessionRecord, silent } from '../session/record.ts';
import { inspectRepo, type Repo } from '../worktree/repo.ts';
import type { Scene } from './finding.ts';

/** Adds the record. Its agent, if it still runs, is taken over. False when nothing is known of it. */
export async function rebuildRecord(
  { deps, guard }: Scene,
  { id, worktree }: { id: string; worktree: string },
): Promise<boolean> {
  const [here, repo] = [await inspectRepo(worktree), await repositoryOf(worktree)];
  if (!here?.commit || !repo || !/^[a-z0-9]{8}$/.test(id)) return false;
  const terminal = (await deps.terminals.list())
    .filter((candidate) => candidate.id.startsWith(`${id}.`))
    .at(-1);
  return guard(id, async () => {
    if (deps.table.has(id)) return true;
    const now = deps.now();
    const base = await mergeBase(worktree, repo.commit ?? here.commit ?? '');
    const record: SessionRecord = {
      version: 1,
      named: true,
      branch: here.branch ?? '',
      base: { ref: repo.branch ?? base, commit: base },
      agent: (await deps.config()).agent,
      command: null,
      permissionless: false,
      answerable: false,
      prompt: '',
      context: '',
      conversation: null,
      forkedFrom: null,
      fork: null,
      turnPrompt: '',
      seenTree: null,
      begunAt: null,
      group: null,
      check: null,
      lastMessage: '',
      checking: null,
      merged: null,
      merging: null,
      rewound: null,
      launch: null,
      turnAt: null,
      usage: null,
      counted: [],
      queue: emptyQueue,
      port: freePort(deps.table.all().map(({ port }) => port)),
      createdAt: now,
      ...(await salvage(deps.places.sessions, id)),
      id,
      name: freeName(deps.table.all(), repo.root, basename(worktree), id),
      repo: repo.root,
      commonDir: repo.commonDir,
      here: repo.root,
      worktree,
      // Whose branch it is can't be known any more: removing the session leaves it alone.
      adopted: true,
      status: terminal && !terminal.exit ? 'idle' : 'closed',
      statusAt: now,
      reason: '',
      notice: '',
      activity: '',
      words: '',
      ...silent,
      unseen: false,
      exit: null,
      changes: null,
      unfinished: null,
      generation: terminal ? Number(terminal.id.split('.')[1]) : 0,
      process: terminal ? { pid: terminal.pid, startTime: terminal.startTime } : null,
      boot: deps.boot,
      provisioned: true,
      task: null,
      removed: null,
      kept: null,
      trash: null,
    };
    await deps.table.add(record);
    return true;
  });
}

/** The repository as seen from its main worktree: its branch is what the session started from. */
async function repositoryOf(worktree: string): Promise<Repo | null> {
  const seen = await inspectRepo(worktree);
  return seen && inspectRepo(seen.root);
}

type Salvaged = Partial<
  Pick<
    SessionRecord,
    'agent' | 'base' | 'branch' | 'command' | 'context' | 'conversation' | 'createdAt' | 'prompt'
  >
>;
const salvageable = [
  'agent',
  'base',
  'branch',
  'command',
  'context',
  'conversation',
  'createdAt',
  'prompt',
] as const;

/** The fields that can still be read of a record that was set aside. */
async function salvage(folder: string, id: string): Promise<Salvaged> {
  const files = await readdir(folder).catch(() => []);
  const aside = files.filter((file) => file.startsWith(`${id}.json.unreadable-`)).sort();
  const fields = await readObject(join(folder, aside.at(-1) ?? ''));
  const valid = salvageable.flatMap((key) => {
    const parsed = recordSchema.shape[key].safeParse(fields[key]);
    return parsed.success ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(valid);
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  try {
    return Object(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}

function freeName(records: SessionRecord[], root: string, wanted: string, id: string): string {
  const taken = records.some(
    ({ name, repo, removed }) => name === wanted && repo === root && !removed,
  );
  return taken ? `${wanted}-${id}` : wanted;
}
