// What a person can do where the system refuses to read or write.

const remedies: Record<string, string> = {
  ENOSPC: 'The disk is full: make room and try again.',
  EDQUOT: 'Your share of the disk is full: make room and try again.',
  EROFS: 'The disk can only be read: mount it so that it can be written to.',
  EACCES: 'Look at whose the file is, and make it yours to read and write.',
  EPERM: 'Look at whose the file is, and make it yours to read and write.',
  EMFILE: 'Too many files are open: raise the limit (`ulimit -n`), or close sessions.',
  ENFILE: 'Too many files are open on this machine.',
  EIO: 'The disk has a fault: look at the system log.',
};

/** For an error of the system's that is no bug of ours; null for any other. */
export function remedyFor(error: unknown): string | null {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return error instanceof Error && code && syscall ? (remedies[code] ?? null) : null;
}
