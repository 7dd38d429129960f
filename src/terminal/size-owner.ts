// Decides whose window the terminal is as large as: the viewer's that was used last.
import type { Viewer } from './viewer.ts';

export interface SizeOwner {
  readonly viewers: readonly Viewer[];
  owns(viewer: Viewer): boolean;
  /** The first to come owns the size; a later one has to be used first. */
  add(viewer: Viewer): void;
  /** The size goes to the one that was used before. */
  remove(viewer: Viewer): void;
  /** A person typed in it, or looks at it. */
  use(viewer: Viewer): void;
  /** Its window has another size now. */
  resized(viewer: Viewer, cols: number, rows: number): void;
}

/** `resize` gives the terminal a size, and tells whoever is not of it. */
export function sizeOwner(resize: (cols: number, rows: number) => void): SizeOwner {
  /** The one that was used last is the last. */
  const viewers: Viewer[] = [];
  const owner = () => viewers[viewers.length - 1];
  const apply = () => {
    const viewer = owner();
    if (!viewer) return;
    resize(viewer.cols, viewer.rows);
    if (viewer.mismatched) viewer.screen();
  };
  return {
    viewers,
    owns: (viewer) => owner() === viewer,
    add(viewer) {
      viewers.unshift(viewer);
      if (viewers.length === 1) resize(viewer.cols, viewer.rows);
    },
    remove(viewer) {
      const index = viewers.indexOf(viewer);
      const owned = owner() === viewer;
      if (index >= 0) viewers.splice(index, 1);
      if (owned) apply();
    },
    use(viewer) {
      if (owner() === viewer || !viewers.includes(viewer)) return;
      viewers.splice(viewers.indexOf(viewer), 1);
      viewers.push(viewer);
      apply();
    },
    resized(viewer, cols, rows) {
      Object.assign(viewer, { cols, rows });
      if (owner() === viewer) resize(cols, rows);
    },
  };
}
