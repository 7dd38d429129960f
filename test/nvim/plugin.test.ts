// What is there before anything is used, and what the help says of it.
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { startEditor } from './support/editor.ts';

const project = resolve(import.meta.dirname, '../..');
const help = readFileSync(join(project, 'doc/tempest.txt'), 'utf8');
const tags = new Set([...help.matchAll(/\*([^*\s]+)\*/g)].map(([, tag]) => tag));

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

/** The help between a section's own tag and the next line of `=`. */
const section = (tag: string) => help.split(`*${tag}*`)[1]?.split(/\n=+\n/)[0] ?? '';

it('names in the help the filetypes of all its buffers', () => {
  const set = readLua().flatMap((text) => [...text.matchAll(/filetype = '(tempest\w*)'/g)]);
  const known = new Set(set.map(([, name]) => name));
  expect(known.size).toBeGreaterThan(5);
  const listed = /Filetypes of our buffers: ([^.]+)\./.exec(help)?.[1] ?? '';
  expect(new Set(listed.match(/tempest\w*/g))).toEqual(known);
});

it('has no line in the help that is wider than 78 columns', () => {
  expect(help.split('\n').filter((line) => Array.from(line).length > 78)).toEqual([]);
});

it('names in messages and help only commands that there are', () => {
  const named = [...readLua(), help].flatMap(
    (text) => text.match(/(?<!\w):Tempest[A-Z]\w*/g) ?? [],
  );
  expect([...new Set(named)].filter((name) => !tags.has(name))).toEqual([]);
});

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('loads and starts nothing before the first command', async () => {
    const nvim = await startEditor({ version, sandbox: box });
    const loaded = await nvim.lua(`
      local found = {}
      for name in pairs(package.loaded) do
        if name:match('^tempest') then found[#found + 1] = name end
      end
      return { modules = #found, channels = #vim.tbl_filter(function(channel)
        return channel.stream == 'job'
      end, vim.api.nvim_list_chans()) }
    `);
    expect(loaded).toEqual({ modules: 0, channels: 0 });
    expect(await nvim.lua("return require('tempest').statusline()")).toBe('');
    expect(await nvim.lua("return package.loaded['tempest.state'] == nil")).toBe(true);
  });

  it('has every command, map, option, event and highlight in the help', async () => {
    const nvim = await startEditor({ version, sandbox: box });
    const names = await nvim.lua<{ kind: string; name: string }[]>(`
      local names = {}
      local function add(kind, name) names[#names + 1] = { kind = kind, name = name } end
      for name in pairs(vim.api.nvim_get_commands({})) do
        if name:match('^Tempest') then add('command', ':' .. name) end
      end
      for _, mode in ipairs({ 'n', 'x', 't' }) do
        for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
          if map.lhs:match('^<Plug>%(tempest') then
            add('map', map.lhs)
            assert(map.desc and map.desc ~= '', map.lhs .. ' has no description')
          end
        end
      end
      for key in pairs(require('tempest.config').schema) do add('option', 'tempest-option-' .. key) end
      for _, group in ipairs(require('tempest.highlight').groups) do add('group', 'hl-' .. group[1]) end
      for name in pairs(require('tempest')) do add('function', 'tempest.' .. name .. '()') end
      return names
    `);
    const events = readLua().flatMap((text) =>
      [...text.matchAll(/fire\('(Tempest\w+)'/g)].map(([, name]) => name ?? ''),
    );
    const all = [...names.map(({ name }) => name), ...events];
    expect(all.length).toBeGreaterThan(60);
    expect(events.length).toBeGreaterThan(2);
    expect(all.filter((name) => !tags.has(name))).toEqual([]);
  });

  it('has every option of a command, and every key of picker and review, in the help', async () => {
    const nvim = await startEditor({ version, sandbox: box });
    const { options, picker, review } = await nvim.lua<{
      options: Record<string, string[]>;
      picker: [string[], string][];
      review: [string[], string][];
    }>(`
      local function shown(keys)
        return vim.tbl_map(function(key) return { key[1], key[2] } end, keys)
      end
      return {
        options = require('tempest.words').options,
        picker = shown(require('tempest.keys').all),
        review = shown(require('tempest.diff.keys').all),
      }`);
    const lost = Object.entries(options).flatMap(([command, names]) => {
      const [, text = ''] = help.split(`*:${command}*`);
      const own = text.split(/\n {20,}\*:/)[0] ?? '';
      return names
        .filter(
          (name) =>
            !own.includes(`${name} `) && !own.includes(`${name}=`) && !own.includes(`${name}]`),
        )
        .map((name) => `${command} ${name}`);
    });
    expect(lost).toEqual([]);
    for (const [keys, does] of picker) {
      expect(section('tempest-picker')).toContain(`    ${keys.join(' ').padEnd(9)} ${does}\n`);
    }
    const documented = [...section('tempest-review').matchAll(/^ {4}(\S+(?: \S+)*) {2}/gm)];
    const inReview = new Set(documented.flatMap(([, keys = '']) => keys.split(' ')));
    const missing = review.flatMap(([keys]) => keys).filter((key) => !inReview.has(key));
    expect(missing.filter((key) => !key.includes('Mouse'))).toEqual([]);
  });

  it('builds its help, whose references all lead somewhere', async () => {
    const nvim = await startEditor({ version, sandbox: box });
    const folder = join(box.root, 'docs');
    await mkdir(folder);
    await cp(join(project, 'doc/tempest.txt'), join(folder, 'tempest.txt'));
    await nvim.command(`helptags ${folder}`);
    const lost = [...help.matchAll(/\|([^|\s]+)\|/g)]
      .map(([, tag]) => tag ?? '')
      .filter((tag) => !tags.has(tag));
    const unknown = await nvim.lua<string[]>(
      `return vim.tbl_filter(function(tag)
        return not vim.tbl_contains(vim.fn.getcompletion(tag, 'help'), tag)
      end, ...)`,
      [[...new Set(lost)]],
    );
    expect(unknown).toEqual([]);
  });

  it('reports unknown and wrong options, and takes the others', async () => {
    const nvim = await startEditor({ version, sandbox: box });
    await nvim.lua(`require('tempest').setup({
      layuot = 'tab', layout = 'vsplit', terminal = { insert = 1, size = 0.3 }, list = 3,
    })`);
    await nvim.waitForText(/tempest: /);
    const messages = await nvim.messages();
    expect(messages).toContain('tempest: unknown option layuot');
    expect(messages).toContain('tempest: option terminal.insert must be a boolean, not a number');
    expect(messages).toContain('tempest: option list must be a table');
    const config = await nvim.lua("return require('tempest.config').get()");
    expect(config).toMatchObject({ layout: 'vsplit', terminal: { insert: true, size: 0.3 } });
    expect((await nvim.client.mode).blocking).toBe(false);
  });

  it('says once what to do when Node is missing or too old', async () => {
    const nvim = await startEditor({ version, sandbox: box, cols: 160 });
    await nvim.lua("vim.g.tempest_node = '/nowhere/node'");
    await nvim.command('Tempest');
    await nvim.waitForText(/There is no program \/nowhere\/node. Install Node 20 or later/);
    await nvim.feed('<Esc>');
    const old = join(box.root, 'old-node');
    await nvim.lua(
      `vim.fn.writefile({ '#!/bin/sh', '[ "$1" = --version ] && echo v18.1.0 && exit 0', 'exit 9' }, ...)
       vim.fn.setfperm(..., 'rwx------') vim.g.tempest_node = ...`,
      [old],
    );
    await nvim.command('TempestList');
    await nvim.waitForText(/old-node is Node 18.1.0. Tempest needs Node 20 or later/);
    const said = (await nvim.messages()).match(/is Node 18/g);
    expect(said).toHaveLength(1);
  });

  it('tells in :checkhealth what is there', async () => {
    const nvim = await startEditor({ version, sandbox: box, cwd: await box.repo(), rows: 50 });
    await nvim.command('checkhealth tempest');
    const lines = await nvim.lua<string[]>('return vim.api.nvim_buf_get_lines(0, 0, -1, false)');
    const text = lines.join('\n');
    expect(text).toMatch(new RegExp(`OK Neovim ${version}`));
    expect(text).toMatch(/OK Node \d+/);
    expect(text).toMatch(/OK git 2\./);
    expect(text).toMatch(/OK Daemon [\d.]+, process \d+, 0 sessions/);
    expect(text).toMatch(/OK demo/);
    expect(text).not.toMatch(/ERROR/);
  });

  it('tells in :checkhealth that git is too old, and which is needed', async () => {
    const folder = join(box.root, 'old-git');
    await mkdir(folder);
    await writeFile(join(folder, 'git'), '#!/bin/sh\necho git version 2.37.4\n', { mode: 0o755 });
    const nvim = await startEditor({ version, sandbox: box, cwd: await box.repo(), rows: 50 });
    await nvim.lua('vim.env.PATH = ... .. ":" .. vim.env.PATH', [folder]);
    await nvim.command('checkhealth tempest');
    const lines = await nvim.lua<string[]>('return vim.api.nvim_buf_get_lines(0, 0, -1, false)');
    expect(lines.join('\n')).toMatch(/ERROR git 2\.37\.4 is too old: Tempest needs 2\.38 or later/);
    expect(lines.join('\n')).toMatch(/Install git 2\.38 or later/);
  });
});

function readLua(): string[] {
  const folder = join(project, 'lua/tempest');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.lua'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
