// The colours of a review: the same on both sides, whoever colours the person's own files.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

/** A language whose parser comes with Neovim, which starts it for nobody. */
const code = (value: number) =>
  `int first(void);\nstatic int answer(void) {\n  return ${value};\n}\n`;

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (): Promise<{ nvim: Editor; file: string }> => {
    const cwd = await box.repo({ files: { 'a.c': code(1) } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 140, rows: 30 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    const file = join(worktree, 'a.c');
    await writeFile(file, code(42));
    return { nvim, file };
  };
  /** Highlight groups of the first cell of a word, on both sides. */
  const sides = (nvim: Editor, word: string) => {
    const row = nvim.screen().findIndex((line) => line.split(word).length === 3);
    const line = nvim.screen()[row] ?? '';
    return [line.indexOf(word), line.lastIndexOf(word)].map((at) => nvim.highlightsAt(row, at));
  };
  const alike = async (nvim: Editor, word: string) => {
    const are = () => {
      const [left = [], right = []] = sides(nvim, word);
      return left.length > 0 && String(left) === String(right);
    };
    await until(are, { what: `one colour of ${word}` }).catch(() => {
      throw new Error(`${word} has other colours: ${JSON.stringify(sides(nvim, word))}`);
    });
  };
  const coloured = (nvim: Editor, file: string) =>
    nvim.lua<{ parser: boolean; syntax: string }>(
      `local buf = vim.fn.bufnr(...)
       return { parser = vim.treesitter.highlighter.active[buf] ~= nil, syntax = vim.bo[buf].syntax }`,
      [file],
    );

  it('are those of the parser on either side, also after the agent has written', async () => {
    const { nvim, file } = await start();
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/return 1; .*return 42;/);
    // The name of a function, which only the parser knows.
    for (const word of ['answer', 'static', 'return']) await alike(nvim, word);
    await writeFile(file, code(43));
    await nvim.waitForText(/return 43;/);
    await alike(nvim, 'answer');
  });

  it("leave the person's own buffer as it was", async () => {
    const { nvim, file } = await start();
    await nvim.command(`edit ${file}`);
    expect(await coloured(nvim, file)).toEqual({ parser: false, syntax: 'c' });
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/return 1; .*return 42;/);
    await until(async () => (await coloured(nvim, file)).parser, { what: 'the parser' });
    await nvim.feed('<C-w>tq');
    await until(async () => !(await coloured(nvim, file)).parser, { what: 'the parser to stop' });
    expect(await coloured(nvim, file)).toEqual({ parser: false, syntax: 'c' });

    // What the person has started, before the review or in it, goes on.
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(/return 1; .*return 42;/);
    await until(async () => (await coloured(nvim, file)).parser, { what: 'the parser' });
    await nvim.lua('vim.treesitter.start(vim.fn.bufnr(...))', [file]);
    await nvim.feed('<C-w>tq');
    await until(async () => (await nvim.lua('return #vim.api.nvim_list_tabpages()')) === 1, {
      what: 'the review to close',
    });
    expect((await coloured(nvim, file)).parser).toBe(true);
  });
});
