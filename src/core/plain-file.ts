// Reads files that a repository or an agent may have put there, whatever they are.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Bytes; more is nothing that we write or read as text. */
const mostBytes = 16 * 1024 * 1024;

/**
 * The content of a plain file, or of one that a link leads to, unless `follow` is false. A pipe is not waited for, which
 * would hold up every other file of the process, and no device is read.
 * @throws as `open(2)`, and an Error for anything else than a plain file, or a larger one than 16 MiB.
 */
export async function readPlain(path: string | Buffer, { follow = true } = {}): Promise<Buffer> {
  const link = follow ? 0 : constants.O_NOFOLLOW;
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | link);
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new Error(`${path} is no plain file`);
    if (info.size > mostBytes) throw new Error(`${path} is larger than ${mostBytes} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The same, as text. */
export async function readText(path: string | Buffer): Promise<string> {
  return (await readPlain(path)).toString();
}
