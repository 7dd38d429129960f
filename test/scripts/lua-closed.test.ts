// The copy of the Lua whose types are checked: a class for each module, and all lines where they were.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyClosed } from '../../scripts/lua-closed.mjs';
import { type Sandbox, sandbox } from '../support/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

/** The copy's text of a file with this one. */
const closed = async (text: string): Promise<string> => {
  const folder = join(box.root, 'plugin');
  await mkdir(join(folder, 'lua'), { recursive: true });
  await mkdir(join(folder, 'built'));
  await writeFile(join(folder, '.luarc.json'), '{ "workspace.ignoreDir": ["built"] }');
  await writeFile(join(folder, 'built/not.lua'), 'return 1\n');
  await writeFile(join(folder, 'lua/list.lua'), text);
  const copy = join(box.root, 'copy');
  copyClosed(folder, copy);
  expect((await readdir(copy)).sort()).toEqual(['.luarc.json', 'lua', 'neovim.lua']);
  return readFile(join(copy, 'lua/list.lua'), 'utf8');
};

describe('the copy of a module', () => {
  it('has a class in the line before its table', async () => {
    expect(await closed("-- Lists.\nlocal a = require('a')\n\nlocal M = {}\n\nreturn M\n")).toBe(
      "-- Lists.\nlocal a = require('a')\n---@class lua_list_lua\nlocal M = {}\n\nreturn M\n",
    );
  });

  it('has it in place of a remark', async () => {
    expect(await closed('-- Lists.\nlocal M = {}\n')).toBe(
      '---@class lua_list_lua\nlocal M = {}\n',
    );
  });

  it('keeps the class that is there', async () => {
    const own = '---@class List\nlocal M = {}\n';
    expect(await closed(own)).toBe(own);
  });

  it('keeps a line of code', async () => {
    const code = "local a = require('a')\nlocal M = {}\n";
    expect(await closed(code)).toBe(code);
  });
});
