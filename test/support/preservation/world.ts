// A session with work behind it, in a repository with a history, both brought into a state.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import type { Sandbox } from '../sandbox.ts';
import { create, untilSession } from '../tempest.ts';
import { until } from '../until.ts';
import { piece, reachable } from './pieces.ts';
import { begin, bringInto, prepare, type State } from './states.ts';

export interface World {
  box: Sandbox;
  repo: string;
  session: Session;
  /** The id of the other attempt, where there is one. */
  other?: string;
  /** The file of which hunks were rejected. */
  rejected?: string;
  /** What existed before the verb, committed or not, and nobody can get at any more. */
  lost(): Promise<string[]>;
}

export interface Options {
  worktree?: State;
  base?: State;
  /** Whether the base has stayed where the session left it. */
  still?: boolean;
  /** Whether a file is on both sides, with other work in it on each. */
  clash?: boolean;
  /** Whether the session is one of two attempts. */
  attempt?: boolean;
  /** Done before the checkouts are brought into their states. */
  before?: (client: Client, w: World) => Promise<unknown>;
}

let worlds = 0;

/**
 * A session whose agent has ended: two commits of its own, and one on the base meanwhile; then worktree and the
 * base's checkout are brought into their states.
 */
export async function makeWorld(box: Sandbox, client: Client, o: Options = {}): Promise<World> {
  const repo = await box.repo({ files: begin });
  await box.git(repo, 'config', 'user.name', 'Ada');
  await box.git(repo, 'config', 'user.email', 'ada@example.org');
  // A copy of it is to be like the original.
  await box.git(repo, 'config', 'core.checkStat', 'minimal');
  await box.git(repo, 'config', 'core.trustctime', 'false');
  const { worktree = 'clean', base = 'clean' } = o;
  const main = { box, path: repo, name: 'base' };
  const pieces = base === 'ignored' ? [] : await prepare(base, main);
  const { session, other } = await sessionAfterOneTurn(client, repo, o.attempt ?? false);
  const own = { box, path: session.worktree, name: 'work' };
  for (const name of ['own', 'more']) pieces.push(await commitFile(box, session.worktree, name));
  if (!o.still) pieces.push(await commitFile(box, repo, 'others'));
  if (o.clash) {
    for (const side of [repo, session.worktree]) pieces.push(await commitFile(box, side, 'clash'));
  }
  pieces.push(...(await prepare(worktree, own)));
  const world: World = {
    ...{ box, repo, session },
    ...(other && { other }),
    async lost() {
      const found = await reachable(box, repo);
      return pieces.filter((one) => !found.has(one));
    },
  };
  await o.before?.(client, world);
  pieces.push(...(await bringInto(worktree, own)));
  pieces.push(...(await bringInto(base, main)));
  return world;
}

async function commitFile(box: Sandbox, cwd: string, name: string): Promise<string> {
  const work = piece(`committed ${name}`);
  writeFileSync(join(cwd, `${name}.txt`), `${work}\n`);
  await box.git(cwd, 'add', `${name}.txt`);
  await box.git(cwd, 'commit', '-q', '-m', `Work on ${name}`);
  return work;
}

/** Its agent shows that it works, and ends: there is one checkpoint. */
async function sessionAfterOneTurn(
  client: Client,
  repo: string,
  attempt: boolean,
): Promise<{ session: Session; other?: string }> {
  worlds += 1;
  const name = `work${worlds}`;
  const command = ['sh', '-c', 'printf "\\033]9;4;3;0\\007"; read -r line'];
  const params = { repo, name, command };
  const race = () => client.request('group/race', { ...params, prompt: 'work', count: 2 });
  const ids = attempt
    ? (await race()).attempts.map(({ session }) => session?.id ?? '')
    : [(await create(client, params)).id];
  const [id = '', other] = ids;
  await untilSession(client, id, ({ status }) => status === 'working', 'a turn');
  const session = await client.request('session/close', { session: id });
  if (other) await client.request('session/close', { session: other });
  const isKept = async () => {
    return (await client.request('checkpoint/list', { session: id })).checkpoints.length > 0;
  };
  await until(isKept, { what: 'a checkpoint' });
  return { session, ...(other && { other }) };
}
