// A copy of a folder's Lua in which each module's table has a class, for the check of its types:
// lua-language-server takes a field that nobody defines for a mistake only where there is a class.
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';

/** Neovim's own tables to which a class can be given. */
const ofNeovim = ['vim.api', 'vim.fs', 'vim.treesitter'];

/**
 * Every line stays where it is in its file.
 * @param {string} folder with a `.luarc.json`
 * @param {string} copy folder that is not there yet
 */
export function copyClosed(folder, copy) {
  const settings = JSON.parse(readFileSync(join(folder, '.luarc.json'), 'utf8'));
  const ignored = new Set(['.git', ...settings['workspace.ignoreDir']]);
  cpSync(folder, copy, {
    recursive: true,
    filter: (path) =>
      path === folder ||
      (!ignored.has(basename(path)) &&
        (statSync(path).isDirectory() || extname(path) === '.lua' || path.endsWith('.luarc.json'))),
  });
  for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
    if (extname(name) !== '.lua') continue;
    const path = resolve(copy, name);
    writeFileSync(path, withClass(readFileSync(path, 'utf8'), name));
  }
  const classes = ofNeovim.map((name) => `---@class ${name}\n${name} = {}\n`);
  writeFileSync(join(copy, 'neovim.lua'), `---@meta\n${classes.join('')}`);
}

/**
 * The class takes the place of the line before, which is empty or a remark.
 * @param {string} text
 * @param {string} name of the file
 */
function withClass(text, name) {
  const title = name.replace(/\W/g, '_');
  return text.replace(/^(?:--(?!-@).*)?\n(?=local M = \{)/m, `---@class ${title}\n`);
}
