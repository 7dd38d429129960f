// A difference in the words of `git diff`: to be read, or to be applied elsewhere.
import { createPages, type Page, type ReadPage } from './pages.ts';
import { settled } from './raw.ts';

export interface PatchOptions {
  /** The top of a worktree; `paths` start there. */
  cwd: string;
  /** Ids of commits or trees. */
  base: string;
  tree: string;
  format: 'patch' | 'stat' | 'name-only';
  /** Empty: all. */
  paths: string[];
  color: boolean;
  /** Whole binary files, as `git apply` needs them; otherwise they are only named. */
  binary: boolean;
  /** How wide a stat may be; 80 when left out. */
  cols?: number | undefined;
  /** Bytes. */
  offset: number;
  /** The longest page, in bytes; `longestPage` when left out. */
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** In base64 and JSON it stays under the longest message. Bytes. */
export const longestPage = 8 * 1024 * 1024;

/** The patch must apply, whatever the person's own settings are. */
const prefixes = ['--src-prefix=a/', '--dst-prefix=b/'];

/**
 * One page of the difference, exactly as git prints it. `read` is the same for all pages where git need not
 * begin anew for each. @throws TempestError `git-failed`, `cancelled`
 */
export async function patchPage(o: PatchOptions, read: ReadPage = createPages()): Promise<Page> {
  const args = [
    '--literal-pathspecs',
    'diff',
    ...settled,
    ...prefixes,
    ...formatOptions(o),
    o.color ? '--color=always' : '--no-color',
    o.base,
    o.tree,
    '--',
    ...o.paths,
  ];
  const { cwd, offset, limit = longestPage, signal } = o;
  return await read(args, { cwd, offset, limit, signal });
}

function formatOptions({ format, binary, cols = 80 }: PatchOptions): string[] {
  if (format === 'stat') return [`--stat=${cols}`];
  if (format === 'name-only') return ['--name-only'];
  return binary ? ['--patch', '--binary', '--full-index'] : ['--patch'];
}
