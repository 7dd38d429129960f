// Lints the project's Lua with luacheck, by the settings in .luacheckrc.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { luaFiles } from './lua-files.mjs';
import { findLuacheck } from './lua-tools.mjs';

const project = resolve(import.meta.dirname, '..');
const files = luaFiles(project);
if (files.length > 0) {
  const { command, env } = await findLuacheck({ say: (line) => console.error(line) });
  const [file, ...args] = command;
  const { status, error } = spawnSync(
    file,
    [...args, '--config', '.luacheckrc', '--no-cache', '--no-color', '--quiet', ...files],
    { cwd: project, env, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (error) throw error;
  process.exitCode = status ?? 1;
}
