// Paces output: a lone chunk goes out at once, a stream in batches, an update as one piece, and of a flood
// of plain text no more than can be seen.
import { type Flood, makeFlood } from './flood.ts';

export interface PaceOptions {
  /** Monotonic, in ms. */
  now(): number;
  send(batch: Buffer): void;
  /** Whether plain text that comes after all that was pushed only scrolls the screen. */
  onlyScrolls(): boolean;
  /** How many lines the tallest viewer shows. */
  rows(): number;
}

export interface Pace {
  push(chunk: Buffer): void;
  /** A person pressed a key: what comes next is its echo, and must not wait. */
  typed(): void;
  /** Sends what waits. */
  flush(): void;
}

/** 60 Hz, which is as often as anybody's screen shows something new. */
const frameMs = 1000 / 60;
/** How many chunks may go out at once after a silence, before they count as a stream. */
const mostAtOnce = 4;
/** More than this waits only in a flood: it is about throughput then. */
const largestBatch = 64 * 1024;

/** How often, in ms, a flood is shown: nobody reads what passes at that speed. It is over when nothing came for as long. */
const showMs = 2 * frameMs;

const syncStart = '\x1b[?2026h';
const syncEnd = '\x1b[?2026l';

export function makePace({ now, send, onlyScrolls, rows }: PaceOptions): Pace {
  let waiting: Buffer[] = [];
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  /** What is left of `mostAtOnce`; one comes back with every frame. */
  let allowance = mostAtOnce;
  let allowedAt = now();
  /** Between the marks of a synchronized update. */
  let updating = false;
  /** In a flood, what is kept of it: then nothing else waits. */
  let flood: Flood | null = null;
  let pushedAt = 0;

  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = undefined;
    if (flood) {
      const end = flood.all();
      flood = null;
      return send(end);
    }
    if (length === 0) return;
    const [first] = waiting;
    const batch = waiting.length === 1 && first ? first : Buffer.concat(waiting, length);
    waiting = [];
    length = 0;
    allowance = Math.max(0, allowance - 1);
    send(batch);
  };
  const refill = () => {
    const time = now();
    const frames = (time - allowedAt) / frameMs;
    allowance = Math.min(mostAtOnce, allowance + frames);
    allowedAt = time;
  };

  /** Shows where the flood is by now; what is shown here comes once more at its end, with all lines before. */
  const show = () => {
    const idleMs = now() - pushedAt;
    // Timers may come a little early.
    if (!flood?.isCut || idleMs >= showMs - 1) return flush();
    const shown = flood.last(rows());
    if (shown) send(shown);
    timer = setTimeout(show, showMs - idleMs);
  };
  /** Whether a flood has begun, with what waits as its first part. */
  const begin = (): boolean => {
    if (updating || !onlyScrolls()) return false;
    const begun = makeFlood();
    if (!waiting.every((chunk) => begun.push(chunk))) return false;
    flood = begun;
    waiting = [];
    length = 0;
    clearTimeout(timer);
    timer = setTimeout(show, showMs);
    return true;
  };

  return {
    push(chunk) {
      pushedAt = now();
      if (flood?.push(chunk)) return;
      if (flood) flush();
      waiting.push(chunk);
      length += chunk.length;
      updating = isUpdating(chunk, updating);
      if (length >= largestBatch) return begin() ? undefined : flush();
      refill();
      if (allowance >= 1 && !updating) return flush();
      // A part of a frame is gone already, so the next one is no further than the rest of it.
      timer ??= setTimeout(flush, updating ? frameMs : (1 - allowance) * frameMs);
    },
    typed() {
      allowance = Math.max(1, allowance);
    },
    flush,
  };
}

/** Mode 2026: an update that has begun is drawn when it ends. */
function isUpdating(chunk: Buffer, before: boolean): boolean {
  if (chunk.length < syncStart.length) return before;
  const start = chunk.lastIndexOf(syncStart);
  const end = chunk.lastIndexOf(syncEnd);
  return start === end ? before : start > end;
}
