// What the person has marked in a review: files as viewed, hunks as accepted.
import { z } from 'zod';
import type { DiffFile } from './diff-file.ts';

export const marksSchema = z.object({
  viewed: z.array(
    z.object({
      path: z.string(),
      rawPath: z.string().nullable(),
      /** What the file held when it was viewed. */
      blob: z.string(),
    }),
  ),
  /** Ids of hunks. */
  accepted: z.array(z.string()),
});
export type Marks = z.infer<typeof marksSchema>;

export const noMarks: Marks = { viewed: [], accepted: [] };

/** `changed`: it was viewed, but has another content now. */
export const views = ['no', 'yes', 'changed'] as const;
export type View = (typeof views)[number];

type Named = Pick<DiffFile, 'path' | 'rawPath'>;

/** More hunks than this are not remembered: what was accepted first is forgotten first. */
const mostAccepted = 50_000;

/** Marks a file with this content as viewed, or takes the mark away. */
export function markViewed(
  marks: Marks,
  { path, rawPath, blob, viewed }: Named & { blob: string; viewed: boolean },
): Marks {
  const others = marks.viewed.filter((mark) => keyOf(mark) !== keyOf({ path, rawPath }));
  return { ...marks, viewed: viewed ? [...others, { path, rawPath, blob }] : others };
}

export function markAccepted(marks: Marks, hunks: readonly string[], accepted: boolean): Marks {
  const named = new Set(hunks);
  const others = marks.accepted.filter((id) => !named.has(id));
  const all = accepted ? [...others, ...named] : others;
  return { ...marks, accepted: all.slice(-mostAccepted) };
}

/** Tells for each file whether it was viewed as it is now. */
export function viewsOf({ viewed }: Marks): (file: Named & Pick<DiffFile, 'blob'>) => View {
  const blobs = new Map(viewed.map((mark) => [keyOf(mark), mark.blob]));
  return (file) => {
    const seen = blobs.get(keyOf(file));
    if (seen === undefined) return 'no';
    return seen === file.blob ? 'yes' : 'changed';
  };
}

function keyOf({ path, rawPath }: Named): string {
  return rawPath === null ? `text ${path}` : `bytes ${rawPath}`;
}
