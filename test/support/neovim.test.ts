import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims, startNvim } from './neovim.ts';
import { processesOf } from './processes.ts';
import { type Sandbox, sandbox } from './sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version, path }) => {
  it('draws what is typed', async () => {
    const nvim = await startNvim({ version, sandbox: box, cols: 40, rows: 8 });
    await nvim.feed('ihello 世界<Esc>');
    await nvim.waitForText(/hello 世界/);
    expect(nvim.screen()).toHaveLength(8);
    expect(await nvim.lua('return vim.o.columns + ...', [2])).toBe(42);
  });

  it('names the highlights of a cell', async () => {
    const nvim = await startNvim({ version, sandbox: box, args: ['-c', 'set laststatus=2'] });
    await nvim.waitForText(/No Name/);
    const row = nvim.screen().findIndex((line) => line.includes('[No Name]'));
    expect(nvim.highlightsAt(row, 0)).toContain('StatusLine');
  });

  it('knows its own path, and hands nothing of its libraries to its children', async () => {
    const nvim = await startNvim({ version, sandbox: box });
    const [program, children] = await nvim.lua<[string, string]>(
      "return { vim.v.progpath, vim.fn.system('env; ls --version') }",
    );
    expect(program).toContain(version);
    expect(children).not.toContain('LD_LIBRARY_PATH');
    expect(children).toMatch(/coreutils|ls/);
    expect(path).toContain('nvim');
  });

  it('leaves no process behind', async () => {
    const nvim = await startNvim({ version, sandbox: box });
    expect(processesOf(box.root).map(({ pid }) => pid)).toContain(nvim.pid);
    await nvim.kill();
    expect(processesOf(box.root)).toEqual([]);
  });
});
