// Knows a process by its id and start time, so that a reused id is never taken for the old process.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from './session/session.ts';

/**
 * The identity of the process that has this id now; null when there is none.
 * A zombie counts as none: it has ended, only its parent has not noticed yet.
 */
export function identify(pid: number): ProcessIdentity | null {
  const startTime = process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid);
  return startTime === null ? null : { pid, startTime };
}

/** Whether that very process, and not another one with its id, still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** Ticks count from boot (`proc(5)`, field 22 of stat), so the boot's own id belongs to them. */
function linuxStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name, field 2, stands in parentheses and may itself hold any character.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (ticks === undefined || state === 'Z' || state === 'X') return null;
    return `${bootId()}:${ticks}`;
  } catch {
    return null;
  }
}

/** Ticks of different boots are not the same, so this belongs to every start time on Linux. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  } catch {
    return 'unknown';
  }
}

function psStartTime(pid: number): string | null {
  try {
    const output = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    }).trim();
    return output === '' || output.startsWith('Z') ? null : output.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}
