// Where clients and daemon meet, though each may have an environment of its own.
import { basename, join } from 'node:path';
import type { Places } from '../core/places.ts';
import { isPrivateFolder } from '../core/private-folder.ts';
import { lastRuntime } from './lock.ts';

/**
 * The same records have one daemon and one terminal host, but XDG_RUNTIME_DIR is unset under cron,
 * su or ssh. So the folder of sockets is that of the last daemon while it exists, and only then
 * the one that the environment names.
 */
export function meetingPlaces(places: Places): Places {
  const runtime = lastRuntime(places.daemonLock);
  if (runtime === null || !isPrivateFolder(runtime)) return places;
  const inRuntime = (path: string) => join(runtime, basename(path));
  return {
    ...places,
    runtime,
    daemonSocket: inRuntime(places.daemonSocket),
    hostSocket: inRuntime(places.hostSocket),
  };
}
