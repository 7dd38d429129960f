// The files of a conflict under the names that the two sides know them by.

/** What `git merge-tree --write-tree --name-only --no-messages -z` printed. */
export interface MergedTrees {
  /** With what conflicts in it, if anything does. */
  tree: string;
  /** Each once. Bytes of paths that are not UTF-8 are replaced. */
  files: string[];
}

/**
 * Where a file on one side meets a folder or a link on the other, git writes it beside that, under its name with `~`
 * and the side behind it, and a number where that is taken, too (`unique_path` in merge-ort.c). Nobody knows it by
 * that name: the side's own is given. `sides` are the two that git was asked to merge, in its very words.
 */
export function readMergedTrees(printed: Buffer, sides: readonly string[]): MergedTrees {
  const [tree = '', ...names] = printed.toString().split('\0').filter(Boolean);
  const beside = new RegExp(`~(?:${sides.join('|')})(?:_\\d+)?$`);
  return { tree, files: [...new Set(names.map((name) => name.replace(beside, '')))] };
}
