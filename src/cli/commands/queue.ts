// `tempest queue`
import type { Queue } from '../../core/session/queue.ts';
import { colorsFor } from '../colors.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { type FromLibrary, wordsFor } from '../library.ts';
import { oneLine } from '../text.ts';
import { type Which, whichSession } from '../which.ts';

interface Typed extends FromLibrary {
  item: string | undefined;
  text: string | undefined;
}

export const run: Handler<'queue'> = async ({ options, args }, context) => {
  const { action = 'list', session, item, text } = args;
  const change = Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : null;
  if (!change) {
    throw new UsageError(`unknown action '${action}'`, 'See `tempest help queue`.');
  }
  if (options.use !== undefined && action !== 'add' && action !== 'edit') {
    throw new UsageError('--use goes with `add` and `edit`');
  }
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, session);
    const queue = await change(daemon, which, { ...options, item, text }, context);
    if (context.json) printJson(context, queue);
    else printQueue(context, queue);
  });
};

const actions = {
  list: (daemon: Daemon, which: Which) => daemon.request('queue/list', which),
  async add(daemon: Daemon, which: Which, typed: Typed, context: Context) {
    const text = await textOf(daemon, which, { ...typed, text: typed.item }, context);
    return await daemon.request('queue/add', { ...which, text });
  },
  async edit(daemon: Daemon, which: Which, typed: Typed, context: Context) {
    const found = { ...which, item: needed(typed.item, 'ITEM') };
    const text = await textOf(daemon, which, typed, context);
    return await daemon.request('queue/edit', { ...found, text });
  },
  async move(daemon: Daemon, which: Which, { item, text }: Typed) {
    const place = Number(needed(text, 'PLACE'));
    if (!Number.isInteger(place) || place < 1) throw new UsageError('PLACE counts from 1');
    const found = { ...which, item: needed(item, 'ITEM') };
    return await daemon.request('queue/move', { ...found, to: place - 1 });
  },
  remove: (daemon: Daemon, which: Which, { item }: Typed) =>
    daemon.request('queue/remove', { ...which, item: needed(item, 'ITEM') }),
  hold: (daemon: Daemon, which: Which, { item }: Typed) =>
    daemon.request('queue/hold', { ...which, ...(item !== undefined && { item }), held: true }),
  release: (daemon: Daemon, which: Which, { item }: Typed) =>
    daemon.request('queue/hold', { ...which, ...(item !== undefined && { item }), held: false }),
};

async function textOf(daemon: Daemon, { session }: Which, typed: Typed, context: Context) {
  const text = typed.use === undefined ? needed(typed.text, 'TEXT') : typed.text;
  return (await wordsFor(context, daemon, { ...typed, text, session })).text;
}

function needed(value: string | undefined, name: string): string {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`${name} is missing`, 'See `tempest help queue`.');
}

/** On a pipe one line an item: id, `held`, `sending` or nothing, and the text. */
function printQueue({ stdout, env }: Context, { hold, items }: Queue): void {
  const { bold, dim, yellow } = colorsFor(stdout, env);
  if (hold && stdout.isTTY) stdout.write(`${yellow('Held')}: ${oneLine(hold.text)}\n`);
  for (const { id, text, held, sending } of items) {
    const state = sending ? 'sending' : held ? 'held' : '';
    if (!stdout.isTTY) stdout.write(`${id}\t${state}\t${oneLine(text)}\n`);
    else stdout.write(`${bold(id)}  ${state && `${yellow(state)}  `}${oneLine(text)}\n`);
  }
  if (items.length === 0 && stdout.isTTY) stdout.write(`${dim('Nothing waits')}\n`);
}
