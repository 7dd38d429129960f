// Ten ports for each session, below the range the kernel hands out by itself (`ip_local_port_range`).

const first = 20_000;
const last = 32_000;
export const portsPerSession = 10;

/** The lowest range that none of `taken` begins. Throws RangeError beyond 1,200 sessions. */
export function freePort(taken: Iterable<number>): number {
  const used = new Set(taken);
  for (let port = first; port < last; port += portsPerSession) {
    if (!used.has(port)) return port;
  }
  throw new RangeError('every port range is in use by a session');
}
