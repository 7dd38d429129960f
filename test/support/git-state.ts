// All that is the person's in a repository, as bytes, to be compared before and after.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Path → kind, permission and content of everything under `root` that `skip` doesn't match. */
export function filesOf(root: string, skip = /^$/): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (folder: Buffer, name: string) => {
    for (const entry of readdirSync(folder, { encoding: 'buffer' })) {
      const path = Buffer.concat([folder, Buffer.from('/'), entry]);
      const inner = `${name}${entry.toString('latin1')}`;
      if (skip.test(inner)) continue;
      const info = lstatSync(path);
      if (info.isDirectory()) visit(path, `${inner}/`);
      else if (info.isSymbolicLink()) files[inner] = `link ${readlinkSync(path, 'latin1')}`;
      else {
        const hash = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
        files[inner] = `${(info.mode & 0o777).toString(8)} ${hash}`;
      }
    }
  };
  visit(Buffer.from(root), '');
  return files;
}

/** The person's checkout, index, stash, config, HEAD and hooks; not what git shares. */
export function personalState(root: string): Record<string, string> {
  const shared =
    /^\.git\/(objects|worktrees|tempest-trash|modules|refs\/heads\/tempest|logs\/refs\/heads\/tempest|refs\/tempest)(\/|$)/;
  const state = filesOf(root, shared);
  state['.git/index time'] = String(lstatSync(join(root, '.git/index')).mtimeMs);
  return state;
}
