// Checks the LuaCATS types of the project's Lua, or of another folder's, with lua-language-server.
// It is in neither npm nor Debian: the one that is installed does it (`$LUA_LANGUAGE_SERVER`, else
// PATH). Without one it says so and exits with 77, by which `npm run check` knows: not checked.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyClosed } from './lua-closed.mjs';
import { findNeovim } from './neovim.mjs';
import { answers, run } from './run.mjs';

/** @typedef {{ line: number, character: number }} Position */
/** @typedef {{ message: string, code: string, range: { start: Position } }} Diagnostic */

const notChecked = 77;
const server = process.env.LUA_LANGUAGE_SERVER || 'lua-language-server';
const workspace = resolve(process.argv[2] ?? resolve(import.meta.dirname, '..'));

if (await answers(server, '--version')) {
  const lines = await diagnose();
  for (const line of lines) console.error(line);
  process.exitCode = lines.length === 0 ? 0 : 1;
} else {
  console.error('lua-language-server is not installed');
  process.exitCode = notChecked;
}

/** @returns {Promise<string[]>} a line, or several, for each that was found */
async function diagnose() {
  const scratch = mkdtempSync(join(tmpdir(), 'lua-types-'));
  const report = join(scratch, 'report.json');
  const copy = join(scratch, 'copy');
  try {
    copyClosed(workspace, copy);
    const output = await run(
      server,
      [
        ...[`--check=${copy}`, '--checklevel=Warning', '--check_format=json'],
        ...[`--check_out_path=${report}`, `--logpath=${scratch}`, `--metapath=${scratch}/meta`],
      ],
      { env: { ...process.env, VIMRUNTIME: await newestRuntime() } },
    ).catch((error) => error.stdout ?? String(error));
    if (!existsSync(report)) throw new Error(`lua-language-server failed:\n${output}`);
    return describe(JSON.parse(readFileSync(report, 'utf8')), copy);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The types of the latest Neovim also tell what is deprecated. */
async function newestRuntime() {
  const say = (/** @type {string} */ line) => console.error(line);
  const { path } = await findNeovim({ suite: 'sid', say }).catch(() => findNeovim({ say }));
  const script = 'lua io.stdout:write(vim.env.VIMRUNTIME)';
  return run(path, ['--clean', '--headless', '-c', script, '-c', 'qall']);
}

/**
 * @param {Record<string, Diagnostic[]>} diagnostics by the file's URI
 * @param {string} folder
 * @returns {string[]}
 */
function describe(diagnostics, folder) {
  return Object.entries(diagnostics).flatMap(([uri, found]) => {
    const name = relative(folder, fileURLToPath(uri));
    return found.map(({ range, message, code }) => {
      const place = `${name}:${range.start.line + 1}:${range.start.character + 1}`;
      return `${place}: ${message.replaceAll('\n', '\n    ')} (${code})`;
    });
  });
}
