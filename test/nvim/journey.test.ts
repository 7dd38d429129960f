// The whole way of a piece of work, by the keyboard alone: from the prompt into the base, and gone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

const files = {
  'src/greet.ts': 'export function greet(name: string): string {\n  return name;\n}\n',
  'CHANGELOG.md': '# Changelog\n\n- Begin\n',
};

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('goes from a prompt, by way of a review and its answer, into the base', async () => {
    const cwd = await box.repo({ files });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 140, rows: 44 });
    const gone = (text: string) =>
      until(() => !nvim.screen().join('\n').includes(text), { what: `${text} to go` });
    const changelog = () => readFileSync(join(cwd, 'CHANGELOG.md'), 'utf8');

    // The agent asks in its terminal, which has the cursor.
    await nvim.feed(':TempestNew --agent demo refuse an empty name<CR>');
    await nvim.waitForText(/Run "npm test"\? \(y\/n\)/);
    await nvim.feed('y');
    await nvim.waitForText(/Done: 3 files changed, 11 lines added/);
    // Whoever goes on typing at once is taken for a map, after which the terminal keeps its mode.
    await nvim.feed('<C-\\><C-n>');
    await nvim.inMode('nt');
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/ refuse-empty-name +demo +\d+ tok +\+11 -0/);

    // Its changes, and what there is to say of them.
    await nvim.feed('d');
    await nvim.waitForText(/▸M CHANGELOG\.md +\+1 -0/);
    await nvim.feed('<CR>');
    await nvim.waitForText(/- Begin +│ +- Refuse an empty name|- Refuse an empty name\n/);
    await nvim.feed('ggVG:TempestComment<CR>');
    await nvim.waitForText(/CHANGELOG\.md:1-4/);
    await nvim.inMode('i');
    await nvim.feed('Say it in other words<C-s>');
    await nvim.waitForText(/┃ Say it in other words +· open/);
    await nvim.feed(':TempestSendReview<CR>');
    await nvim.waitForText(/1 comment sent to refuse-empty-name/);

    // It asks again: answered without its terminal.
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/◆ refuse-empty-name .*\n.*Run npm test/);
    await nvim.feed('a');
    await nvim.waitForText(/[◉○] refuse-empty-name +demo +\d+ tok +\+17 -0/);
    await nvim.feed('q');
    await nvim.waitForText(/┃ Say it in other words +· answered/);
    await nvim.waitForText(/▸M CHANGELOG\.md +1c \+2 -0/);

    await nvim.feed(']c:TempestAccept<CR>');
    await nvim.waitForText(/✓ - Review comments/);
    await nvim.feed('<C-w>tv');
    await nvim.waitForText(/▸M CHANGELOG\.md +1c \+2 -0 ✓/);
    await nvim.feed('q');
    await gone('▸M CHANGELOG.md');

    // Home.
    await nvim.feed(':TempestCommit<CR>');
    await nvim.waitForText(/Commit refuse-empty-name\?.*\n.*3 files, \+17 -0/);
    await nvim.waitForText(/M CHANGELOG\.md {2}\+2 -0/);
    await nvim.feed('y');
    await nvim.waitForText(/Done: 2 files changed, 6 lines added; tests rehearsed\. +│/);
    await nvim.inMode('i');
    await nvim.feed('<C-u>Refuse an empty name<CR>');
    await nvim.waitForText(/refuse-empty-name: committed [0-9a-f]{12}/);
    expect(changelog()).toBe(files['CHANGELOG.md']);
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/Merge refuse-empty-name into main\?.*\n.*1 commit: 3 files, \+17 -0/);
    await nvim.feed('y');
    await nvim.waitForText(/Remove refuse-empty-name\?/);
    const { worktree } = await nvim.status('refuse-empty-name', /idle/);
    await nvim.feed('y');
    await nvim.waitForText(/refuse-empty-name is removed; :TempestRestore brings it back/);

    expect(changelog()).toMatch(
      /^# Changelog\n\n- Review comments .*\n- Refuse an empty name\n- Begin\n$/,
    );
    expect(readFileSync(join(cwd, 'src/greet.ts'), 'utf8')).toContain('name === undefined');
    expect(await box.git(cwd, 'status', '--porcelain')).toBe('');
    expect(existsSync(worktree)).toBe(false);
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/no sessions yet: n starts one/);
    expect(await nvim.sessions()).toEqual({});
    expect(await nvim.lua('return #vim.api.nvim_list_tabpages()')).toBe(1);
  });
});
