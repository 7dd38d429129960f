// One terminal: a program on a PTY, its screen, and those who look at it.
import type { Socket } from 'node:net';
import { identify } from '../core/process.ts';
import { endTree } from '../core/process-tree.ts';
import { decodeSize, type Frame } from './frames.ts';
import { makeIntake } from './intake.ts';
import { makePace } from './pace.ts';
import { findProgram } from './program.ts';
import {
  type Exit,
  frame,
  type HostEvent,
  type SpawnSpec,
  type TerminalState,
} from './protocol.ts';
import { openPty } from './pty.ts';
import { withoutFocus, withoutReplies } from './replies.ts';
import { clampSize, type Screen } from './screen.ts';
import { followSignals } from './signals.ts';
import { sizeOwner } from './size-owner.ts';
import type { Turns } from './turns.ts';
import { makeViewer } from './viewer.ts';

export interface TerminalContext {
  /** ms since 1970 */
  now(): number;
  turns: Turns;
  /** Gives an empty one. */
  screen(cols: number, rows: number): Screen;
  onEvent(event: HostEvent): void;
}

export interface HostedTerminal {
  readonly screen: Screen;
  state(): TerminalState;
  /** Resolves when the program's PTY has taken it; rejects when the program has exited. */
  write(data: Buffer): Promise<void>;
  resize(cols: number, rows: number): void;
  /** Parses all output that is already here, so that the screen is up to date. */
  settle(): void;
  /** Adds a viewer; gives the function that takes its frames. */
  attach(socket: Socket, cols: number, rows: number): (frame: Frame) => void;
  /** Ends the program and all it started; resolves when they are gone. */
  end(graceMs: number): Promise<void>;
  /** Frees the screen of an exited terminal and lets its viewers go. */
  dispose(): void;
}

/** A viewer's input isn't read while more than this waits for the program. */
const mostUnwritten = 256 * 1024;

/** @throws an Error for people when the program can't be started */
export function openTerminal(spec: SpawnSpec, context: TerminalContext): HostedTerminal {
  const { now, turns, onEvent } = context;
  const { cols, rows } = clampSize(spec.cols, spec.rows);
  const env: Record<string, string> = {
    COLORTERM: 'truecolor',
    TERM: 'xterm-256color',
    ...spec.env,
  };
  const program = { ...spec, file: findProgram(spec), env, cols, rows };
  const screen = context.screen(cols, rows);
  const signals = followSignals(screen.terminal, {
    now,
    onChange: (changed) =>
      onEvent({ event: 'signals', terminal: spec.id, changed, signals: { ...signals.current } }),
  });
  const pace = makePace({
    now: () => performance.now(),
    send: (batch) => {
      for (const viewer of sizes.viewers) viewer.data(batch);
    },
    onlyScrolls: () => intake.onlyScrolls(),
    rows: () => Math.max(screen.rows, ...sizes.viewers.map(({ rows }) => rows)),
  });
  const sizes = sizeOwner(resize);
  const startedAt = now();
  let exit: (Exit & { at: number }) | null = null;
  const exited: (() => void)[] = [];

  const intake = makeIntake({
    screen,
    turns,
    pause: () => pty.pause(),
    resume: () => pty.resume(),
  });
  function settle(): void {
    // What is in the screen must not come a second time.
    pace.flush();
    intake.settle();
  }

  function resize(wantedCols: number, wantedRows: number): void {
    const size = clampSize(wantedCols, wantedRows);
    if (size.cols === screen.cols && size.rows === screen.rows) return;
    settle();
    const scrolled = screen.resize(size.cols, size.rows);
    pty.resize(size.cols, size.rows);
    // A viewer's own terminal may break or cut its lines in another way, and what is printed next would be off.
    const painted = screen.repaint(scrolled);
    for (const viewer of sizes.viewers) {
      const fits = viewer.cols === size.cols && viewer.rows === size.rows;
      if (fits) viewer.data(painted);
      else viewer.size(size.cols, size.rows);
    }
  }

  const pty = openPty(program, {
    onData(chunk) {
      // Whoever looks comes first.
      if (sizes.viewers.length > 0) pace.push(chunk);
      intake.push(chunk);
      signals.output();
    },
    onExit(how) {
      settle();
      signals.close();
      exit = { ...how, at: now() };
      for (const viewer of sizes.viewers) viewer.exit(how);
      onEvent({ event: 'exit', terminal: spec.id, exit });
      for (const notify of exited.splice(0)) notify();
    },
  });
  const { pid } = pty;
  const startTime = identify(pid)?.startTime ?? '';

  // Queries are answered by the viewer's own terminal, which knows its colours; here only while there is none.
  screen.terminal.onData((reply) => {
    if (exit || sizes.viewers.some(({ lagging }) => !lagging)) return;
    void pty.write(Buffer.from(reply));
  });

  return {
    screen,
    resize,
    settle,
    write: (data) => pty.write(data),
    state: () => ({
      id: spec.id,
      pid,
      startTime,
      cols: screen.cols,
      rows: screen.rows,
      startedAt,
      exit,
      signals: { ...signals.current },
      viewers: sizes.viewers.length,
      bracketedPaste: screen.modes.isSet(2004),
    }),
    attach(socket, viewerCols, viewerRows) {
      const draw = () => {
        settle();
        const { cols, rows } = screen;
        return { cols, rows, bytes: screen.draw(signals.current.title) };
      };
      const viewer = makeViewer({ socket, ...clampSize(viewerCols, viewerRows), draw });
      settle();
      sizes.add(viewer);
      socket.once('close', () => sizes.remove(viewer));
      // A `focus` that came along with the Hello is heard first, so that the screen has the right size.
      setImmediate(() => {
        viewer.start();
        if (exit) viewer.exit({ code: exit.code, signal: exit.signal });
      });
      const input = (bytes: Buffer) => {
        const typed = sizes.owns(viewer) ? bytes : withoutReplies(bytes);
        if (typed.length > 0) sizes.use(viewer);
        const wanted = screen.modes.isSet(1004) ? typed : withoutFocus(typed);
        if (exit || wanted.length === 0) return;
        pace.typed();
        const taken = pty.write(wanted);
        if (pty.unwritten <= mostUnwritten) return;
        socket.pause();
        void taken.catch(() => {}).then(() => socket.resume());
      };
      return ({ type, payload }) => {
        if (type === frame.data) return input(payload);
        if (type === frame.focus) return sizes.use(viewer);
        if (type !== frame.size) throw new Error('not a frame for a viewer to send');
        const size = decodeSize(payload);
        const { cols, rows } = clampSize(size.cols, size.rows);
        sizes.resized(viewer, cols, rows);
      };
    },
    async end(graceMs) {
      await endTree({ pid, startTime }, { graceMs, mark: env.TEMPEST_SESSION });
      if (!exit) await new Promise<void>((resolve) => exited.push(resolve));
    },
    dispose() {
      for (const viewer of [...sizes.viewers]) viewer.socket.destroy();
      screen.dispose();
    },
  };
}
