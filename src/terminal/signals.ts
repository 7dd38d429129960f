// What a program says through its terminal: title, progress, notifications, prompt marks, bell.
import type { TerminalSignals } from './protocol.ts';
import type { Terminal } from './xterm.ts';

export interface SignalsOptions {
  /** ms since 1970 */
  now(): number;
  /** A signal is new or has changed; `outputAt` no more often than every second. */
  onChange(changed: keyof TerminalSignals): void;
}

export interface Signals {
  readonly current: TerminalSignals;
  /** The program wrote something. */
  output(): void;
  /** Tells what was held back. */
  close(): void;
}

const longestText = 500;
const outputEveryMs = 1000;

/** Listens with the terminal's own parser, so a sequence split between chunks is seen whole. */
export function followSignals(terminal: Terminal, { now, onChange }: SignalsOptions): Signals {
  const current: TerminalSignals = {
    title: '',
    progress: null,
    notification: null,
    prompt: null,
    bell: null,
    outputAt: null,
  };
  const change = <K extends keyof TerminalSignals>(name: K, value: TerminalSignals[K]) => {
    current[name] = value;
    onChange(name);
  };
  const osc = (number: number, take: (data: string) => void) =>
    terminal.parser.registerOscHandler(number, (data) => {
      take(data);
      return false;
    });
  const notify = (text: string) => {
    if (text) change('notification', { text, at: now() });
  };

  const title = (data: string) => {
    const text = cleanText(data);
    if (text !== current.title) change('title', text);
  };
  osc(0, title);
  osc(2, title);
  osc(9, (data) => {
    const progress = /^4(?:;(\d)?(?:;(\d+))?)?(?:;|$)/.exec(data);
    if (!progress) return notify(cleanText(data));
    const state = Math.min(Number(progress[1] ?? 0), 4);
    const value = Math.min(Number(progress[2] ?? 0), 100);
    const same = current.progress?.state === state && current.progress.value === value;
    if (!same) change('progress', { state, value, at: now() });
  });
  osc(99, kittyNotifications(notify));
  osc(133, (data) => {
    if (/^[ABCD]/.test(data)) change('prompt', { mark: data.slice(0, 1), at: now() });
  });
  osc(777, (data) => {
    const [kind, ...parts] = data.split(';');
    if (kind === 'notify') notify(cleanText(parts.filter(Boolean).join(': ')));
  });
  osc(1337, (data) => {
    const wanted = /^RequestAttention=(\w+)/.exec(data)?.[1];
    if (wanted && wanted !== 'no') notify('Attention requested');
  });
  terminal.onBell(() => change('bell', { at: now() }));
  return { current, ...followOutput(now, (at) => change('outputAt', at), current) };
}

/** Every second while there is output, and once more for the last of it. */
function followOutput(
  now: () => number,
  tell: (at: number) => void,
  current: TerminalSignals,
): Pick<Signals, 'output' | 'close'> {
  let timer: NodeJS.Timeout | undefined;
  let untold = false;
  const later = () => {
    timer = undefined;
    if (!untold) return;
    untold = false;
    tell(current.outputAt ?? now());
    start();
  };
  const start = () => {
    timer = setTimeout(later, outputEveryMs);
    timer.unref();
  };
  return {
    output() {
      current.outputAt = now();
      untold = true;
      if (timer) return;
      later();
    },
    close() {
      clearTimeout(timer);
      if (untold) tell(current.outputAt ?? now());
      untold = false;
    },
  };
}

/**
 * OSC 99 comes in pieces (`d=0`) of title and body, plain or in base64
 * (`sw.kovidgoyal.net/kitty/desktop-notifications`); icons, buttons and queries are not for us.
 */
function kittyNotifications(notify: (text: string) => void): (data: string) => void {
  let parts = { title: '', body: '' };
  return (data) => {
    const end = data.indexOf(';');
    if (end < 0) return;
    const metadata = new Map(
      data
        .slice(0, end)
        .split(':')
        .map((pair) => [pair.slice(0, 1), pair.slice(2)] as const),
    );
    const kind = metadata.get('p') || 'title';
    if (kind === 'title' || kind === 'body') {
      const payload = data.slice(end + 1);
      const text = metadata.get('e') === '1' ? Buffer.from(payload, 'base64').toString() : payload;
      parts[kind] = (parts[kind] + text).slice(0, 4 * longestText);
    } else if (kind !== 'icon' && kind !== 'buttons') return;
    if (metadata.get('d') === '0') return;
    notify(cleanText([parts.title, parts.body].filter(Boolean).join(': ')));
    parts = { title: '', body: '' };
  };
}

/** One line without control characters, nor the marks that turn the direction of writing, of a bounded length. */
export function cleanText(text: string): string {
  const line = text
    .slice(0, 8 * longestText)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return Array.from(line).slice(0, longestText).join('');
}
