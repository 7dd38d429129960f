// Tempest's own package: the files beside the built program.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `completions` and `dist`, from wherever this file was built to. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'completions'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the installation of Tempest is incomplete');
    folder = parent;
  }
  return folder;
}
