// A real agent inside a real Tempest: daemon, terminal host, sockets, and a client that writes down every
// notification with its time.
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Session, Status } from '../../src/core/session/session.ts';
import type { Client } from '../../src/rpc/client.ts';
import { connectHost } from '../../src/terminal/client.ts';
import type { Reply } from '../support/model/reply.ts';
import { type Model, type ModelRequest, startModel } from '../support/model.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn, create, screen } from '../support/tempest.ts';
import { until } from '../support/until.ts';
import type { AgentUnderTest } from './agent-under-test.ts';

export interface Stage {
  agent: AgentUnderTest;
  box: Sandbox;
  client: Client;
  model: Model;
  repo: string;
  /** What the model says to each turn from now on. */
  answer(script: (request: ModelRequest) => Reply): void;
  /** When the model last began to answer a turn. */
  answeredAt(): number | null;
  create(prompt: string, name?: string): Promise<Actor>;
  /** A session that was made otherwise. */
  actor(id: string): Actor;
  /** What the client was told of every session, and what stands on their screens. */
  report(): Promise<string>;
  /** What was expected and what was seen, for the table. */
  rows: Row;
}

export interface Row {
  expected: string[];
  seen: string[];
  /** In ms, from the cause of each to the client's notification. */
  delays: number[];
}

/** A session, as the client was told of it. */
export interface Actor {
  id: string;
  /** What the client was told last. */
  now(): Session;
  /**
   * The next status that the client is told of must be this one, with all that `check` asks for; `cause`
   * is when the reason of it happened, asked for afterwards.
   */
  becomes(
    status: Status,
    cause: number | (() => number | null),
    check?: (session: Session) => boolean,
  ): Promise<Session>;
  /** Likewise, whatever it is for a moment before. */
  settles(status: Status, cause: number): Promise<void>;
  /** Waits until the client is told of something that isn't a change of the status. */
  tells(what: string, check: (session: Session) => boolean): Promise<void>;
  /** No status was told that no step has asked for. */
  staysSo(): void;
  /** As a person presses them, one after the other. Gives when the last was pressed. */
  press(...keys: string[]): Promise<number>;
  shows(text: string | RegExp): Promise<void>;
  screen(): Promise<string>;
  /** The agent's process. */
  pid(): Promise<number>;
}

interface Told {
  at: number;
  session: Session;
}

/** What a new session is before its agent runs: no news for anybody. */
const before: Status[] = ['creating', 'starting'];

export async function setStage(agent: AgentUnderTest): Promise<Stage> {
  const box = await sandbox({ DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1' });
  let script = (_request: ModelRequest): Reply => ({ kind: 'text', text: 'Done.' });
  const model = await startModel((request) => script(request));
  box.onDispose(() => model.close());
  const repo = realpathSync(await box.repo());
  const config = box.env.XDG_CONFIG_HOME ?? '';
  const data = box.env.XDG_DATA_HOME ?? '';
  const env = agent.prepare({ home: box.home, config, data, repo, url: model.url });
  if (agent.config) {
    mkdirSync(dirname(box.places.config), { recursive: true });
    writeFileSync(box.places.config, agent.config);
  }
  const path = `${dirname(agent.program)}:${box.env.PATH}`;
  const client = await connectIn(box, undefined, { ...env, PATH: path });
  box.onDispose(() => client.close());
  const told = new Map<string, Told[]>();
  client.on('session/changed', ({ session }) => {
    const list = told.get(session.id) ?? [];
    told.set(session.id, [...list, { at: Date.now(), session }]);
  });
  const rows: Row = { expected: [], seen: [], delays: [] };
  const actor = (id: string) =>
    makeActor({ box, client, rows, id, told: () => told.get(id) ?? [] });
  return {
    ...{ agent, box, client, model, repo, rows },
    answer(next) {
      script = next;
    },
    actor,
    answeredAt: () => model.turns().at(-1)?.answeredAt ?? null,
    async create(prompt, name) {
      const params = { repo, prompt, agent: agent.name, command: undefined, ...(name && { name }) };
      const { id } = await create(client, params);
      return actor(id);
    },
    async report() {
      const pages = [...told].map(async ([id, list]) => {
        const shown = await screen(client, id).catch(String);
        return [...list.map(line), shown.replace(/\n{3,}/g, '\n\n')].join('\n');
      });
      return (await Promise.all(pages)).join('\n\n');
    },
  };
}

function makeActor(o: {
  box: Sandbox;
  client: Client;
  rows: Row;
  id: string;
  told(): Told[];
}): Actor {
  const { box, client, id, rows } = o;
  let taken = 0;
  let last: Status | null = null;
  const now = () => {
    const session = o.told().at(-1)?.session;
    if (!session) throw new Error(`nothing was told of ${id}`);
    return session;
  };
  /** Statuses that differ from the one before, from where the last step ended. */
  const news = () => {
    let previous = last;
    return o.told().flatMap((one, index) => {
      const { status } = one.session;
      if (index < taken || status === previous || before.includes(status)) return [];
      previous = status;
      return [{ ...one, index }];
    });
  };
  const host = async <T>(use: (host: Awaited<ReturnType<typeof connectHost>>) => Promise<T>) => {
    const connected = await connectHost(box.places.hostSocket);
    try {
      return await use(connected);
    } finally {
      connected.close();
    }
  };
  const terminal = () => `${id}.${now().generation}`;
  return {
    id,
    now,
    async becomes(status, cause, check = () => true) {
      rows.expected.push(status);
      const found = async () => {
        const [first] = news();
        if (first && first.session.status !== status) return first;
        const from = first?.index ?? taken;
        return o.told().find(({ session }, index) => {
          return index >= from && session.status === status && check(session);
        });
      };
      const what = `${status} of ${id}`;
      const seen = await until(found, { what }).catch(() => null);
      rows.seen.push(seen?.session.status ?? `still ${now().status}`);
      if (seen?.session.status !== status) {
        throw new Error(`${status} was expected, and ${rows.seen.at(-1)} was seen`);
      }
      const at = typeof cause === 'number' ? cause : cause();
      if (at !== null) rows.delays.push(Math.max(0, seen.at - at));
      taken = o.told().indexOf(seen) + 1;
      last = status;
      return seen.session;
    },
    async settles(status, cause) {
      rows.expected.push(status);
      const found = () => news().find(({ session }) => session.status === status);
      const seen = await until(found, { what: `${status} of ${id}` }).catch(() => null);
      rows.seen.push(seen ? status : `still ${now().status}`);
      if (!seen) throw new Error(`${status} was expected`);
      rows.delays.push(seen.at - cause);
      taken = seen.index + 1;
      last = status;
    },
    async tells(what, check) {
      const told = () =>
        o.told().some(({ session }, index) => index >= taken - 1 && check(session));
      await until(told, { what }).catch((cause) => {
        throw new Error(`in vain for ${what}, was told\n${o.told().map(line).join('\n')}`, {
          cause,
        });
      });
    },
    staysSo() {
      const more = news().map(({ session }) => session.status);
      if (more.length === 0) return;
      rows.seen.push(...more);
      const story = o.told().map(line).join('\n');
      throw new Error(`nothing more was expected, but it became ${more.join(', ')}\n${story}`);
    },
    press: (...keys) =>
      host(async (connected) => {
        for (const key of keys) {
          const data = Buffer.from(key).toString('base64');
          await connected.call('write', { terminal: terminal(), data });
        }
        return Date.now();
      }),
    async shows(text) {
      const has = (shown: string) =>
        typeof text === 'string' ? shown.includes(text) : text.test(shown);
      const shown = async () => has(await screen(client, id));
      await until(shown, { what: `${text} on the screen` });
    },
    screen: () => screen(client, id),
    pid: () =>
      host(async (connected) => {
        const list = await connected.call('list', {});
        const found = list.find((one) => one.id === terminal());
        if (!found) throw new Error(`no terminal of ${id}`);
        return found.pid;
      }),
  };
}

function line({ at, session }: Told): string {
  const { status, activity, question, problem, subAgents, conversation } = session;
  const time = new Date(at).toISOString().slice(17, 23);
  return `${time} ${JSON.stringify({ status, activity, question, problem, subAgents, conversation })}`;
}
