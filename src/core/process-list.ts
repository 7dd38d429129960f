// Lists the processes of this machine: parents, groups, sessions, start times.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { bootId } from './process.ts';

export interface ProcessEntry {
  pid: number;
  startTime: string;
  parent: number;
  group: number;
  /** 0 where the system doesn't tell. */
  session: number;
  /** Has the asked-for entry in its environment; never where the system doesn't tell. */
  marked: boolean;
}

/** Every living process; `mark` is a `NAME=value` to be looked for in each one's environment. */
export function listProcesses(mark: string | null): ProcessEntry[] {
  return process.platform === 'linux' ? linuxProcesses(mark) : psProcesses();
}

function linuxProcesses(mark: string | null): ProcessEntry[] {
  const boot = bootId();
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = read(`/proc/${pid}/stat`);
    // As in `proc(5)`; the program's name, field 2, stands in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent, group, session] = fields;
    const ticks = fields[19];
    if (ticks === undefined || state === 'Z' || state === 'X') continue;
    entries.push({
      pid,
      startTime: `${boot}:${ticks}`,
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      marked: mark !== null && `\0${read(`/proc/${pid}/environ`)}`.includes(`\0${mark}\0`),
    });
  }
  return entries;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function psProcesses(): ProcessEntry[] {
  const output = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,state=,lstart='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 5000,
  });
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, startTime] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*\S)\s*$/.exec(line) ?? [];
    if (!startTime || state?.startsWith('Z')) return [];
    const numbers = { pid: Number(pid), parent: Number(parent), group: Number(group) };
    return [{ ...numbers, startTime, session: 0, marked: false }];
  });
}
