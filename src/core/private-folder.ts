// A folder that belongs to this user alone: the wall around every socket.
import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { TempestError } from './errors.ts';

/**
 * Makes sure that `path` is a folder of this user which no one else can enter, and creates it
 * where needed. Throws `io-failed` when it belongs to somebody else or is no folder.
 */
export function ensurePrivateFolder(path: string): void {
  const user = process.getuid?.();
  const found = create(path);
  if (!found.isDirectory()) throw refusal(path, 'is not a folder');
  if (user !== undefined && found.uid !== user)
    throw refusal(path, `belongs to the user with the id ${found.uid}`);
  if ((found.mode & 0o077) === 0) return;
  try {
    chmodSync(path, 0o700);
  } catch (error) {
    throw refusal(path, 'is open to other users and stays so', error);
  }
}

/** Whether `path` is a folder that `ensurePrivateFolder` would leave as it is. */
export function isPrivateFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const user = process.getuid?.() ?? found?.uid;
  return found?.isDirectory() === true && found.uid === user && (found.mode & 0o077) === 0;
}

/** A link is not followed: in a folder that all may write to, it could lead anywhere. */
function create(path: string): Stats {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return lstatSync(path);
  } catch (error) {
    throw refusal(path, "can't be created", error);
  }
}

function refusal(path: string, why: string, cause?: unknown): TempestError {
  const detail = cause instanceof Error ? `: ${cause.message}` : '';
  return new TempestError(
    'io-failed',
    `the folder for sockets, ${path}, ${why}${detail}`,
    'Set XDG_RUNTIME_DIR to a folder that is yours alone.',
    { cause },
  );
}
