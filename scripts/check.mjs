// `npm run check`: format, lint, types and dead code, of TypeScript and of Lua, side by side.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '..');
/** The exit code of a check whose tool can't be had here, as automake has it for skipped tests. */
const notChecked = 77;
const bin = (/** @type {string} */ name) => join(project, 'node_modules/.bin', name);

/** @type {[string, string, ...string[]][]} */
const steps = [
  ['TypeScript format and lint', bin('biome'), 'check', '.'],
  ['TypeScript types', bin('tsc'), '--noEmit'],
  ['Lua format', process.execPath, 'scripts/stylua.mjs'],
  ['Lua lint', process.execPath, 'scripts/lua-lint.mjs'],
  ['Lua types', process.execPath, 'scripts/lua-types.mjs'],
  ['dead code', bin('knip')],
];

/**
 * @param {[string, string, ...string[]]} step
 * @returns {Promise<boolean>} whether it passed
 */
function check([name, file, ...args]) {
  return new Promise((done) => {
    const start = performance.now();
    const child = spawn(file, args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => keep(Buffer.from(`${error}\n`)));
    child.on('close', (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      if (code === notChecked) {
        console.log(`– ${name}: not checked, ${output.trim()}`);
        return done(true);
      }
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output);
      done(code === 0);
    });
  });
}

const passed = await Promise.all(steps.map(check));
if (!passed.every(Boolean)) process.exitCode = 1;
