// Which processes work in a folder.
import { readdir, readlink, realpath } from 'node:fs/promises';
import { execa } from 'execa';

/** The ids of the processes, other than this one, whose working directory is `folder` or inside. */
export async function occupants(folder: string): Promise<number[]> {
  const real = await realpath(folder).catch(() => folder);
  const places = process.platform === 'linux' ? await fromProc() : await fromLsof();
  return places
    .filter(({ pid, cwd }) => pid !== process.pid && (cwd === real || cwd.startsWith(`${real}/`)))
    .map(({ pid }) => pid);
}

interface Occupant {
  pid: number;
  cwd: string;
}

/** Processes of other users can't be looked at, and can't be in a folder of ours alone. */
async function fromProc(): Promise<Occupant[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      cwd: await readlink(`/proc/${pid}/cwd`).catch(() => ''),
    })),
  );
  return found.filter(({ cwd }) => cwd !== '');
}

async function fromLsof(): Promise<Occupant[]> {
  const answer = await execa('lsof', ['-w', '-d', 'cwd', '-F', 'pn'], { reject: false });
  const found: Occupant[] = [];
  let pid = 0;
  for (const line of answer.stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    else if (line.startsWith('n')) found.push({ pid, cwd: line.slice(1) });
  }
  return found;
}
