// Formats the project's Lua with StyLua, by the settings in .stylua.toml; with --write, in place.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  CallParenType,
  CollapseSimpleStatement,
  Config,
  formatCode,
  IndentType,
  LuaVersion,
  OutputVerification,
  QuoteStyle,
} from '@johnnymorganz/stylua';
import { parse } from 'smol-toml';
import { luaFiles } from './lua-files.mjs';

const project = resolve(import.meta.dirname, '..');

/** @param {string} text of .stylua.toml */
function configFrom(text) {
  const settings = /** @type {Record<string, string | number>} */ (parse(text));
  const config = Config.new();
  for (const [name, value] of Object.entries(settings)) {
    switch (name) {
      case 'syntax':
        config.syntax = LuaVersion[/** @type {keyof typeof LuaVersion} */ (value)];
        break;
      case 'column_width':
      case 'indent_width':
        config[name] = Number(value);
        break;
      case 'indent_type':
        config[name] = IndentType[/** @type {keyof typeof IndentType} */ (value)];
        break;
      case 'quote_style':
        config[name] = QuoteStyle[/** @type {keyof typeof QuoteStyle} */ (value)];
        break;
      case 'call_parentheses':
        config[name] = CallParenType[/** @type {keyof typeof CallParenType} */ (value)];
        break;
      case 'collapse_simple_statement':
        config[name] =
          CollapseSimpleStatement[/** @type {keyof typeof CollapseSimpleStatement} */ (value)];
        break;
      default:
        throw new Error(`.stylua.toml: ${name} is not handed on to StyLua by scripts/stylua.mjs`);
    }
  }
  return config;
}

const write = process.argv.includes('--write');
const settings = readFileSync(resolve(project, '.stylua.toml'), 'utf8');
for (const name of luaFiles(project)) {
  const path = resolve(project, name);
  const before = readFileSync(path, 'utf8');
  try {
    const after = formatCode(before, configFrom(settings), undefined, OutputVerification.Full);
    if (after === before) continue;
    if (write) writeFileSync(path, after);
    else {
      console.error(`${name}: not as StyLua formats it (npm run fix)`);
      process.exitCode = 1;
    }
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
