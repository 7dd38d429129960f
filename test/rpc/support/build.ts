// Bundles a TypeScript program of the tests, so that plain Node can run it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build } from 'tsup';

/** Bundled CommonJS packages call require() for Node's own modules. */
const requireForBundled =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Gives the path of the JavaScript file, in a folder that the caller removes. */
export async function bundle(source: string): Promise<{ program: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tb-'));
  await build({
    config: false,
    entry: [resolve(source)],
    outDir: folder,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    silent: true,
    clean: false,
    noExternal: [/.*/],
    banner: { js: requireForBundled },
    outExtension: () => ({ js: '.mjs' }),
  });
  return { program: join(folder, basename(source).replace(/\.ts$/, '.mjs')), folder };
}
