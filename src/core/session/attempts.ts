// Attempts: several sessions on one prompt, started as a group, compared, and one of them chosen.
import { randomBytes } from 'node:crypto';
import { TempestError } from '../errors.ts';
import { isTurn } from '../review/words.ts';
import { checkName, nameFromPrompt } from '../worktree/name.ts';
import type { ChangeCounter } from './changes.ts';
import { createSession } from './create.ts';
import type { Deps } from './deps.ts';
import type { Guard } from './guard.ts';
import { type CreateOptions, needRepo, planBase } from './plan.ts';
import { isLive, type SessionRecord } from './record.ts';
import type { Group, Session } from './session.ts';
import type { Sessions } from './sessions.ts';

export interface RaceOptions
  extends Omit<CreateOptions, 'agent' | 'attempt' | 'branch' | 'forked'> {
  count: number;
  /** Taken in turn; none: the configured one. */
  agents: string[];
}

export interface Attempt {
  agent: string | null;
  session: Session | null;
  error: TempestError | null;
}

export interface Compared {
  session: Session;
  /** How many turns have ended. */
  turns: number;
  /** From its creation to the end of what it did, or until now. */
  ms: number;
}

export interface Outcome {
  id: string;
  name: string;
  error: TempestError | null;
}

export interface Attempts {
  /** Starts all on one commit. What fails for one leaves the others alone; throws only when all failed. */
  race(options: RaceOptions): Promise<{ group: Group; attempts: Attempt[] }>;
  /** Of a group, by its id or label or one of its sessions, or of the sessions named; counted anew. */
  compare(o: { names: string[]; repo?: string | undefined }): Promise<{
    group: Group | null;
    attempts: Compared[];
  }>;
  /** Keeps this one, and removes the others of its group, which can be restored. */
  choose(id: string): Promise<{ session: Session; removed: Outcome[] }>;
}

export function createAttempts(
  deps: Deps,
  changes: Pick<ChangeCounter, 'count' | 'touch'>,
  sessions: Sessions,
  guard: Guard,
): Attempts {
  const { table } = deps;
  const live = () => table.all().filter(({ removed }) => !removed);

  /** No session's name begins as those of the new group will, and no group has its label. */
  const freeLabel = (wanted: string) => {
    const isTaken = (label: string) =>
      live().some(
        ({ name, group }) =>
          group?.label === label ||
          (name.startsWith(label) && /^-\d+$/.test(name.slice(label.length))),
      );
    for (let number = 1; ; number++) {
      const label = number === 1 ? wanted : `${wanted}-v${number}`;
      if (!isTaken(label)) return label;
    }
  };
  const groupNamed = (name: string): Group | null => {
    const groups = live().flatMap(({ group }) => group ?? []);
    return (
      groups.find(({ id }) => id === name) ?? groups.findLast(({ label }) => label === name) ?? null
    );
  };
  /** They were begun at once, so their numbers say their order. */
  const members = ({ id }: Group) =>
    live()
      .filter(({ group }) => group?.id === id)
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

  const lookAt = async (id: string): Promise<Compared> => {
    await changes.count(id);
    const checkpoints = await sessions.checkpoints({ session: id });
    const record = table.get(id);
    return {
      session: table.view(id),
      turns: checkpoints.filter(isTurn).length,
      ms: Math.max(0, endOf(record, checkpoints.at(-1)?.at, deps.now()) - record.createdAt),
    };
  };

  return {
    async race({ count, agents, name, ...options }) {
      if (name !== undefined) checkName(`${name}-${count}`);
      const repo = await needRepo(options.repo);
      const base = await planBase(deps, repo, options);
      const label = freeLabel(name ?? nameFromPrompt(options.prompt));
      const group = { id: randomBytes(4).toString('hex'), label };
      const startOne = async (index: number): Promise<Attempt> => {
        const agent = agents.length > 0 ? (agents[index % agents.length] ?? null) : null;
        const own = `${label}-${index + 1}`;
        const create: CreateOptions = {
          ...options,
          agent: agent ?? undefined,
          attempt: { group, base, name: own },
          output: undefined,
          progress: (message) => options.progress?.(`${own}: ${message}`),
        };
        try {
          const id = await createSession(deps, create, guard);
          changes.touch(id);
          return { agent, session: table.view(id), error: null };
        } catch (error) {
          if (!(error instanceof TempestError)) throw error;
          return { agent, session: null, error };
        }
      };
      const attempts = await Promise.all(
        Array.from({ length: count }, (_, index) => startOne(index)),
      );
      const [first] = attempts;
      if (first?.error && attempts.every(({ session }) => !session)) throw first.error;
      return { group, attempts };
    },

    async compare({ names, repo }) {
      const [only = '', ...others] = names;
      const named = others.length === 0 ? groupNamed(only) : null;
      if (named) {
        const ids = members(named).map(({ id }) => id);
        return { group: named, attempts: await Promise.all(ids.map(lookAt)) };
      }
      const found = await Promise.all(names.map((session) => sessions.find({ session, repo })));
      const [one] = found;
      const group = found.length === 1 ? (one?.group ?? null) : null;
      const ids = new Set((group ? members(group) : found).map(({ id }) => id));
      return { group, attempts: await Promise.all([...ids].map(lookAt)) };
    },

    async choose(id) {
      const { name, group } = table.get(id);
      if (!group) {
        const hint = 'Only of attempts that were started together is one chosen: `tempest race`.';
        throw new TempestError('wrong-state', `${name} is of no group`, hint);
      }
      const others = members(group).filter((one) => one.id !== id);
      const removed = await Promise.all(
        others.map(async (other): Promise<Outcome> => {
          const outcome = { id: other.id, name: other.name, error: null };
          try {
            await sessions.remove({ session: other.id }, { force: true });
            return outcome;
          } catch (error) {
            if (error instanceof TempestError) return { ...outcome, error };
            throw error;
          }
        }),
      );
      return { session: table.view(id), removed };
    },
  };
}

/** When it came to rest. The closing of a session is no work of it: its last turn tells. Ms since 1970. */
function endOf(
  record: Pick<SessionRecord, 'status' | 'statusAt'>,
  lastTurn: number | undefined,
  now: number,
): number {
  const { status, statusAt } = record;
  if (status === 'closed') return lastTurn ?? statusAt;
  return isLive(record) && status !== 'idle' ? now : statusAt;
}
