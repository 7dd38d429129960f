// Which setup commands the person approved: exact texts, each for one repository.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { TempestError } from '../errors.ts';

const approvalsSchema = z.record(z.string(), z.array(z.string()));
type Approvals = z.infer<typeof approvalsSchema>;

/** Whether exactly the text with this hash was approved for the repository at `root`. */
export async function isApproved(file: string, root: string, hash: string): Promise<boolean> {
  const approvals = await read(file);
  return approvals[await keyOf(root)]?.includes(hash) ?? false;
}

let last: Promise<unknown> = Promise.resolve();

/** Remembers an approval, atomically; approvals made at the same time are all kept. */
export function approve(file: string, root: string, hash: string): Promise<void> {
  const next = last.then(() => add(file, root, hash));
  last = next.catch(() => undefined);
  return next;
}

async function add(file: string, root: string, hash: string): Promise<void> {
  const approvals = await read(file);
  const key = await keyOf(root);
  approvals[key] = [...new Set([...(approvals[key] ?? []), hash])];
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const written = `${file}.${randomUUID().slice(0, 8)}`;
  const handle = await open(written, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(approvals, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(written, file);
}

async function read(file: string): Promise<Approvals> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return approvalsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const hint = 'Move the file away; setup commands then need a new approval.';
    throw new TempestError('io-failed', `${file} can't be understood`, hint, { cause });
  }
}

async function keyOf(root: string): Promise<string> {
  return realpath(root).catch(() => root);
}
