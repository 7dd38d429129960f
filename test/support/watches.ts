// A system that has no inotify watch left, or takes one back later: stands in for `watch` of `node:fs`.
import { EventEmitter } from 'node:events';
import { existsSync, type FSWatcher, type watch as realWatch } from 'node:fs';

export interface Watches {
  watch: typeof realWatch;
  /** From now on, each is refused with this code. */
  refuse(code: 'ENOSPC' | 'EMFILE'): void;
  /** Those that were given fail, as when their number is cut. */
  fail(): void;
  /** How many were asked for. */
  asked(): number;
}

export function scarceWatches(): Watches {
  const given = new Set<EventEmitter>();
  let refused: string | null = null;
  let asked = 0;
  const failure = (code: string) =>
    Object.assign(new Error(`${code}: System limit for number of file watchers reached`), { code });
  const watch = (path: string) => {
    asked += 1;
    if (refused) throw failure(refused);
    if (!existsSync(path)) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    const watcher = Object.assign(new EventEmitter(), { close() {} });
    given.add(watcher);
    return watcher as unknown as FSWatcher;
  };
  return {
    watch: watch as unknown as typeof realWatch,
    refuse(code) {
      refused = code;
    },
    fail() {
      for (const watcher of given) watcher.emit('error', failure('ENOSPC'));
    },
    asked: () => asked,
  };
}
