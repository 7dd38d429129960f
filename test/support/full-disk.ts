// A git that finds no room for any file but a small one, as on a full disk, for as long as the test says so.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Sandbox } from './sandbox.ts';

export interface FullDisk {
  /** For the daemon whose git it is. */
  env: { PATH: string };
  fill(): void;
  makeRoom(): void;
}

/** A write beyond the limit fails in the midst of the file, and git goes the way it goes for want of room. */
export function fullDisk(box: Sandbox, git: string): FullDisk {
  const folder = join(box.root, 'full');
  const isFull = join(folder, 'is-full');
  mkdirSync(folder);
  const script = `#!/bin/sh
if [ -f '${isFull}' ]; then
  trap '' XFSZ
  ulimit -f 64
fi
exec '${git}' "$@"
`;
  writeFileSync(join(folder, 'git'), script);
  chmodSync(join(folder, 'git'), 0o755);
  return {
    env: { PATH: `${folder}${delimiter}${box.env.PATH}` },
    fill: () => writeFileSync(isFull, ''),
    makeRoom: () => rmSync(isFull),
  };
}
