// The control methods: what each takes, checked, and what each does.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { HostEvent, HostMethod, HostMethods } from './protocol.ts';
import { screenMaker } from './spare.ts';
import { type HostedTerminal, openTerminal } from './terminal.ts';
import { makeTurns } from './turns.ts';

export interface Terminals {
  /** Answers a call. @throws an Error for people: unknown method, wrong parameters, no such terminal */
  call(method: string, params: unknown): Promise<unknown>;
  /** The terminal that this ticket was made for, once; undefined when it isn't good. */
  redeem(ticket: string): { id: string; terminal: HostedTerminal } | undefined;
  readonly count: number;
}

export interface TerminalsOptions {
  /** ms since 1970 */
  now(): number;
  onEvent(event: HostEvent): void;
}

const ticketLastsMs = 30_000;

const terminal = z.string();
const dimension = z.number().int().positive();
const params = {
  spawn: z.object({
    id: z.string().min(1).max(200),
    file: z.string(),
    args: z.array(z.string()),
    cwd: z.string(),
    env: z.record(z.string(), z.string()),
    cols: dimension,
    rows: dimension,
  }),
  list: z.object({}),
  write: z.object({ terminal, data: z.base64() }),
  resize: z.object({ terminal, cols: dimension, rows: dimension }),
  screen: z.object({ terminal, format: z.enum(['text', 'ansi']), scrollback: z.boolean() }),
  end: z.object({ terminal, graceMs: z.number().nonnegative().max(600_000) }),
  forget: z.object({ terminal }),
  ticket: z.object({ terminal }),
} satisfies { [M in HostMethod]: z.ZodType<HostMethods[M]['params']> };

type Handlers = {
  [M in HostMethod]: (
    params: HostMethods[M]['params'],
  ) => HostMethods[M]['result'] | Promise<HostMethods[M]['result']>;
};

export function makeTerminals({ now, onEvent }: TerminalsOptions): Terminals {
  const terminals = new Map<string, HostedTerminal>();
  const tickets = new Map<string, { id: string; expiresAt: number }>();
  const turns = makeTurns(() => performance.now());
  const context = { now, onEvent, turns, screen: screenMaker() };

  const find = (id: string): HostedTerminal => {
    const found = terminals.get(id);
    if (!found) throw new Error(`there is no terminal ${id}`);
    return found;
  };
  const dropOldTickets = () => {
    for (const [ticket, { expiresAt }] of tickets) {
      if (expiresAt < performance.now()) tickets.delete(ticket);
    }
  };

  const handlers: Handlers = {
    spawn(spec) {
      const existing = terminals.get(spec.id);
      if (existing) return existing.state();
      const opened = openTerminal(spec, context);
      terminals.set(spec.id, opened);
      return opened.state();
    },
    list: () => [...terminals.values()].map((one) => one.state()),
    async write({ terminal: id, data }) {
      await find(id).write(Buffer.from(data, 'base64'));
      return null;
    },
    resize({ terminal: id, cols, rows }) {
      find(id).resize(cols, rows);
      return null;
    },
    screen({ terminal: id, ...options }) {
      const found = find(id);
      found.settle();
      const { cols, rows } = found.screen;
      return { text: found.screen.read(options), cols, rows, cursor: found.screen.cursor() };
    },
    async end({ terminal: id, graceMs }) {
      await find(id).end(graceMs);
      return null;
    },
    forget({ terminal: id }) {
      const found = terminals.get(id);
      if (found && !found.state().exit) throw new Error(`terminal ${id} still runs: end it first`);
      found?.dispose();
      terminals.delete(id);
      return null;
    },
    ticket({ terminal: id }) {
      find(id);
      dropOldTickets();
      const ticket = randomBytes(24).toString('base64url');
      tickets.set(ticket, { id, expiresAt: performance.now() + ticketLastsMs });
      return { ticket };
    },
  };

  return {
    async call(method, given) {
      if (!isMethod(method)) throw new Error(`there is no method ${method}`);
      const parsed = params[method].safeParse(given);
      if (!parsed.success) throw new Error(`${method}: ${z.prettifyError(parsed.error)}`);
      // Each handler takes what its own schema gives; the compiler can't follow that through a union.
      const handle = handlers[method] as (params: unknown) => unknown;
      return handle(parsed.data);
    },
    redeem(ticket) {
      dropOldTickets();
      const id = tickets.get(ticket)?.id;
      tickets.delete(ticket);
      const found = id === undefined ? undefined : terminals.get(id);
      return id === undefined || !found ? undefined : { id, terminal: found };
    },
    get count() {
      return terminals.size;
    },
  };
}

function isMethod(name: string): name is HostMethod {
  return Object.hasOwn(params, name);
}
