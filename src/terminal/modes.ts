// Follows the modes a program switches, so that a viewer who comes later gets them too.
import { offAtFirst, onAtFirst } from './reset.ts';
import type { Terminal } from './xterm.ts';

/** Of these one is in force: the last that was switched on. */
const mouseModes = [9, 1000, 1002, 1003];

export interface Modes {
  isSet(privateMode: number): boolean;
  /** Sets every mode that differs from a new terminal's; the cursor stays where it is. */
  restore(): string;
  /** Only those that make a difference to what is drawn. */
  restoreDrawing(): string;
  /** The same for the keyboard flags of one screen, which each have their own. */
  restoreKeyboard(screen: 'normal' | 'alternate'): string;
}

/** Longest stack of keyboard flags; the oldest is dropped, as the kitty protocol asks. */
const deepestStack = 32;

/** Hooks into the terminal's parser; every sequence still reaches the terminal itself. */
export function followModes(terminal: Terminal): Modes {
  const { parser } = terminal;
  const first = () => ({
    /** In the order in which they were set. */
    set: new Set(onAtFirst),
    ansi: new Set<number>(),
    keypad: false,
    cursorStyle: 0,
    modifyOtherKeys: 0,
    charsets: { '(': 'B', ')': 'B' } as Record<string, string>,
    keyboard: { normal: [0], alternate: [0] },
  });
  let state = first();

  const change = (modes: Set<number>, on: boolean) => (params: (number | number[])[]) => {
    for (const mode of params.flat()) {
      modes.delete(mode);
      if (on) modes.add(mode);
    }
    return false;
  };
  const privately = (on: boolean) => (params: (number | number[])[]) => {
    if (params.flat().some((mode) => mouseModes.includes(mode))) {
      for (const mode of mouseModes) state.set.delete(mode);
    }
    return change(state.set, on)(params);
  };
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, privately(true));
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, privately(false));
  parser.registerCsiHandler({ final: 'h' }, (params) => change(state.ansi, true)(params));
  parser.registerCsiHandler({ final: 'l' }, (params) => change(state.ansi, false)(params));
  parser.registerCsiHandler({ intermediates: ' ', final: 'q' }, ([style]) => {
    state.cursorStyle = numberOf(style);
    return false;
  });
  parser.registerCsiHandler({ prefix: '>', final: 'm' }, ([resource, value]) => {
    if (resource === 4 || numberOf(resource) === 0) state.modifyOtherKeys = numberOf(value);
    return false;
  });
  const keypad = (on: boolean) => () => {
    state.keypad = on;
    return false;
  };
  parser.registerEscHandler({ final: '=' }, keypad(true));
  parser.registerEscHandler({ final: '>' }, keypad(false));
  for (const intermediates of ['(', ')']) {
    for (const final of ['0', 'A', 'B']) {
      parser.registerEscHandler({ intermediates, final }, () => {
        state.charsets[intermediates] = final;
        return false;
      });
    }
  }
  parser.registerEscHandler({ final: 'c' }, () => {
    state = first();
    return false;
  });
  parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => {
    change(state.set, false)([1]);
    change(state.set, true)(onAtFirst);
    state = { ...first(), set: state.set, keyboard: state.keyboard };
    return false;
  });
  followKeyboard(terminal, () => state.keyboard);

  const restoreDrawing = () => {
    const off = onAtFirst.filter((mode) => !state.set.has(mode));
    const ansi = [4, 20].filter((mode) => state.ansi.has(mode));
    const charsets = Object.entries(state.charsets).filter(([, set]) => set !== 'B');
    return [
      ...off.map((mode) => `\x1b[?${mode}l`),
      ...ansi.map((mode) => `\x1b[${mode}h`),
      ...charsets.map(([g, set]) => `\x1b${g}${set}`),
    ].join('');
  };
  return {
    isSet: (mode) => state.set.has(mode),
    restoreKeyboard: (screen) => restoreKeyboard(state.keyboard[screen]),
    restore() {
      const on = [...state.set].filter((mode) => offAtFirst.includes(mode));
      return [
        ...on.map((mode) => `\x1b[?${mode}h`),
        state.keypad ? '\x1b=' : '',
        state.cursorStyle ? `\x1b[${state.cursorStyle} q` : '',
        state.modifyOtherKeys ? `\x1b[>4;${state.modifyOtherKeys}m` : '',
        restoreDrawing(),
      ].join('');
    },
    restoreDrawing,
  };
}

/** The kitty keyboard protocol: push, pop and set flags (`sw.kovidgoyal.net/kitty/keyboard-protocol`). */
function followKeyboard(
  { parser, buffer }: Terminal,
  stacks: () => Record<'normal' | 'alternate', number[]>,
): void {
  const stack = () => stacks()[buffer.active.type];
  parser.registerCsiHandler({ prefix: '>', final: 'u' }, ([flags]) => {
    stack().push(numberOf(flags));
    if (stack().length > deepestStack) stack().splice(1, 1);
    return false;
  });
  parser.registerCsiHandler({ prefix: '<', final: 'u' }, ([count]) => {
    const flags = stack();
    flags.splice(Math.max(1, flags.length - Math.max(1, numberOf(count))));
    return false;
  });
  parser.registerCsiHandler({ prefix: '=', final: 'u' }, ([value, mode]) => {
    const flags = stack();
    const now = flags.pop() ?? 0;
    const given = numberOf(value);
    const how = numberOf(mode);
    flags.push(how === 2 ? now | given : how === 3 ? now & ~given : given);
    return false;
  });
}

function restoreKeyboard([base = 0, ...pushed]: number[]): string {
  return (base ? `\x1b[=${base};1u` : '') + pushed.map((flags) => `\x1b[>${flags}u`).join('');
}

function numberOf(param: number | number[] | undefined): number {
  return typeof param === 'number' ? param : 0;
}
