// A difference in the words of `git diff`: to be read, or to be applied elsewhere.
import { failure, gitTry } from '../git.ts';

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
  signal?: AbortSignal | undefined;
}

export interface PatchPage {
  bytes: Buffer;
  /** Where the next page begins; null on the last. */
  next: number | null;
}

/** In base64 and JSON it stays under the longest message. Bytes. */
const pageSize = 8 * 1024 * 1024;

/** The patch must apply whatever the person's own settings are, and no program of anybody's runs. */
const settled = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-relative',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
  '-M',
];

/** One page of the difference, exactly as git prints it. @throws TempestError `git-failed`, `cancelled` */
export async function patchPage(o: PatchOptions): Promise<PatchPage> {
  const args = [
    '--literal-pathspecs',
    'diff',
    ...settled,
    ...formatOptions(o),
    o.color ? '--color=always' : '--no-color',
    o.base,
    o.tree,
    '--',
    ...o.paths,
  ];
  const answer = await gitTry(args, { cwd: o.cwd, signal: o.signal });
  if (answer.code !== 0) throw failure(args, answer.code, answer.stderr);
  const end = o.offset + pageSize;
  const { stdout } = answer;
  return { bytes: stdout.subarray(o.offset, end), next: end < stdout.length ? end : null };
}

function formatOptions({ format, binary, cols = 80 }: PatchOptions): string[] {
  if (format === 'stat') return [`--stat=${cols}`];
  if (format === 'name-only') return ['--name-only'];
  return binary ? ['--patch', '--binary', '--full-index'] : ['--patch'];
}
