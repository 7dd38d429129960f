// Builds the programs into dist/, and the remote plugin into rplugin/.
import { defineConfig, type Options } from 'tsup';

const common = {
  target: 'node20',
  platform: 'node',
  sourcemap: false,
  clean: false,
  silent: true,
  external: ['@lydell/node-pty'],
  noExternal: [/^(?!@lydell\/node-pty).*/],
} satisfies Options;

/** The neovim package's default logger, which is never asked for, and slow to load. */
const withoutWinston: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'without-winston',
  setup(build) {
    build.onResolve({ filter: /^winston$/ }, ({ path }) => ({ path, namespace: 'without' }));
    build.onLoad({ filter: /./, namespace: 'without' }, () => ({
      contents: 'module.exports = {}',
    }));
  },
};

export default defineConfig([
  {
    ...common,
    entry: {
      cli: 'src/cli/main.ts',
      daemon: 'src/daemon.ts',
      'terminal-host': 'src/terminal/main.ts',
      'demo-agent': 'src/demo/main.ts',
    },
    outDir: 'dist',
    format: 'esm',
    splitting: true,
    // Bundled CommonJS packages call require() for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  },
  {
    ...common,
    // Loaded by agents, each as one file.
    entry: { 'opencode-plugin': 'src/inside/opencode.ts', 'pi-extension': 'src/inside/pi.ts' },
    outDir: 'dist',
    format: 'esm',
    splitting: false,
    noExternal: [],
    external: ['@mariozechner/pi-coding-agent'],
  },
  {
    ...common,
    entry: { index: 'src/nvim/main.ts' },
    outDir: 'rplugin/node/tempest',
    format: 'cjs',
    outExtension: () => ({ js: '.cjs' }),
    esbuildPlugins: [withoutWinston],
  },
]);
