// A terminal host for a test: the built program on a socket of its own, ended with the test.
import { createConnection, type Socket } from 'node:net';
import { resolve } from 'node:path';
import {
  decodeJson,
  encodeFrame,
  encodeJson,
  encodeSize,
  type Frame,
  frameDecoder,
} from '../../src/terminal/frames.ts';
import {
  type Exit,
  frame,
  type HostEvent,
  protocolVersion,
  type TerminalHost,
  type TerminalState,
} from '../../src/terminal/protocol.ts';
import { startHost } from '../../src/terminal/start.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

export const hostProgram = resolve('dist/terminal-host.js');

export interface World extends Sandbox {
  host: TerminalHost;
  events: HostEvent[];
  /** Runs `sh -c script`, with a size of 80 by 24 unless told otherwise. */
  run(id: string, script: string, more?: Partial<SpawnOptions>): Promise<TerminalState>;
  view(terminal: string, options?: Partial<ViewOptions>): Promise<View>;
  state(id: string): Promise<TerminalState>;
  text(id: string): Promise<string>;
  exited(id: string): Promise<Exit>;
}

interface SpawnOptions {
  cols: number;
  rows: number;
  env: Record<string, string>;
}

interface ViewOptions {
  cols: number;
  rows: number;
  focus: boolean;
}

export interface View {
  socket: Socket;
  frames: Frame[];
  closed: boolean;
  /** All that was drawn since the last screen frame began, that frame included. */
  drawn(): Buffer;
  type(text: string | Buffer): void;
  size(cols: number, rows: number): void;
  focus(): void;
  exit(): Exit | null;
  count(type: number): number;
}

export async function world(): Promise<World> {
  const box = await sandbox();
  const host = await startHost({
    socket: box.places.hostSocket,
    program: hostProgram,
    log: `${box.root}/host.log`,
    env: box.env,
  });
  const events: HostEvent[] = [];
  host.onEvent((event) => events.push(event));
  box.onDispose(() => host.close());
  const state = async (id: string) => {
    const found = (await host.call('list', {})).find((one) => one.id === id);
    if (!found) throw new Error(`no terminal ${id}`);
    return found;
  };
  return {
    ...box,
    host,
    events,
    state,
    run: (id, script, { cols = 80, rows = 24, env = {} } = {}) =>
      host.call('spawn', {
        id,
        file: 'sh',
        args: ['-c', script],
        cwd: box.root,
        env: { ...box.env, ...env },
        cols,
        rows,
      }),
    view: async (terminal, options) => {
      const { ticket } = await host.call('ticket', { terminal });
      const viewer = await view(host.socket, ticket, options);
      box.onDispose(() => void viewer.socket.destroy());
      return viewer;
    },
    text: async (terminal) =>
      (await host.call('screen', { terminal, format: 'text', scrollback: true })).text,
    exited: (id) => until(async () => (await state(id)).exit, { what: `${id} to exit` }),
  };
}

export async function view(
  path: string,
  ticket: string,
  { cols = 80, rows = 24, focus = false }: Partial<ViewOptions> = {},
): Promise<View> {
  const socket = createConnection(path);
  const frames: Frame[] = [];
  const viewer: View = {
    socket,
    frames,
    closed: false,
    drawn() {
      const start = frames.findLastIndex(({ type }) => type === frame.screen);
      const shown = frames
        .slice(Math.max(0, start))
        .filter(({ type }) => type === frame.screen || type === frame.data);
      return Buffer.concat(shown.map(({ payload }) => payload));
    },
    type: (text) => socket.write(encodeFrame(frame.data, Buffer.from(text as string))),
    size: (newCols, newRows) => socket.write(encodeSize(newCols, newRows)),
    focus: () => socket.write(encodeFrame(frame.focus)),
    exit: () => {
      const last = frames.find(({ type }) => type === frame.exit);
      return last ? (decodeJson(last.payload) as Exit) : null;
    },
    count: (type) => frames.filter((one) => one.type === type).length,
  };
  socket.on(
    'data',
    frameDecoder((received) => frames.push(received)),
  );
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    viewer.closed = true;
  });
  const hello = encodeJson(frame.hello, { version: protocolVersion, ticket, cols, rows });
  socket.write(focus ? Buffer.concat([hello, encodeFrame(frame.focus)]) : hello);
  await until(() => frames.length > 0 || viewer.closed, { what: 'an answer to Hello' });
  return viewer;
}
