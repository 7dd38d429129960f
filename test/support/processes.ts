// Finds the processes that belong to a test, by the folder that stands in their environment.
import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  pid: number;
  command: string;
}

/** Every living process, other than this one, whose environment names `folder`. Linux only. */
export function processesOf(folder: string): RunningProcess[] {
  return pids()
    .filter((pid) => pid !== process.pid && !isZombie(pid))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(folder))
    .map((pid) => ({ pid, command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));
}

/** Sends a signal; a process that is gone already is none of our concern. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function isZombie(pid: number): boolean {
  return /\) [ZX] /.test(read(`/proc/${pid}/stat`));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
