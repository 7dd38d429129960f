// Codex' record of conversations: $CODEX_HOME/sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl.
import { createReadStream } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { LaunchContext } from './agent.ts';

/** The first line of a rollout. A sub-agent's says so in `source` or, lately, in `thread_source`. */
const metaSchema = z.object({
  type: z.literal('session_meta'),
  payload: z.object({
    id: z.string(),
    timestamp: z.string(),
    cwd: z.string(),
    source: z.unknown().optional(),
    thread_source: z.unknown().optional(),
  }),
});

/**
 * The id of the conversation that was begun in the worktree since `createdAt`: the newest, if the person
 * began another one there. Sub-agents' are left out. Null when there is none yet.
 */
export async function findRollout(
  context: Pick<LaunchContext, 'worktree' | 'createdAt' | 'env'>,
): Promise<string | null> {
  const { worktree, createdAt, env } = context;
  const root = join(env.CODEX_HOME || join(env.HOME ?? '', '.codex'), 'sessions');
  const here = await realpath(worktree).catch(() => worktree);
  for (const file of await rolloutsSince(root, createdAt)) {
    const meta = await metaOf(file);
    if (!meta || Date.parse(meta.timestamp) < createdAt || isSubAgent(meta)) continue;
    if (meta.cwd === worktree || meta.cwd === here) return meta.id;
  }
  return null;
}

/** Newest first. Folders are named by local date, so a day on each side is looked at. */
async function rolloutsSince(root: string, createdAt: number): Promise<string[]> {
  const first = dayFolder(createdAt - 24 * 3600 * 1000);
  const found: string[] = [];
  for (const entry of await readdir(root, { recursive: true }).catch(() => [])) {
    const isRollout = /(^|\/)rollout-[^/]*\.jsonl$/.test(entry);
    if (isRollout && entry.slice(0, first.length) >= first) found.push(entry);
  }
  return found.sort((a, b) => (a < b ? 1 : -1)).map((entry) => join(root, entry));
}

function dayFolder(time: number): string {
  const date = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())}`;
}

async function metaOf(file: string): Promise<z.infer<typeof metaSchema>['payload'] | null> {
  const lines = createInterface({ input: createReadStream(file, 'utf8') });
  try {
    for await (const line of lines) {
      const parsed = metaSchema.safeParse(JSON.parse(line));
      return parsed.success ? parsed.data.payload : null;
    }
  } catch {
    // Being written, or not ours to understand.
  } finally {
    lines.close();
  }
  return null;
}

function isSubAgent({ source, thread_source }: z.infer<typeof metaSchema>['payload']): boolean {
  const isTable = typeof source === 'object' && source !== null && 'subagent' in source;
  return isTable || thread_source === 'subagent';
}
