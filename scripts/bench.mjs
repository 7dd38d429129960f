// `npm run bench`: builds what is stale, bundles the bench beside the packages it needs, and runs it.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'tsup';
import { buildIfStale } from './build.mjs';

const project = resolve(import.meta.dirname, '..');
const outDir = join(project, 'node_modules/.cache/tempest-bench');

await buildIfStale({ say: (line) => console.error(line) });
await build({
  config: false,
  entry: [join(project, 'bench/main.ts')],
  outDir,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  silent: true,
  external: ['@lydell/node-pty'],
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  outExtension: () => ({ js: '.mjs' }),
});
const bench = join(outDir, 'main.mjs');
const child = spawn(process.execPath, [bench, ...process.argv.slice(2)], {
  cwd: project,
  stdio: 'inherit',
});
// It ends what it started before it ends itself.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
