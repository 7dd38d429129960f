// Comments where both sides of a review are one buffer.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('stand below the lines of the patch, are of their own side, and stay over a refresh', async () => {
    const cwd = await box.repo({ files: { 'a.txt': 'one\ntwo\nthree\n' } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 110 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    const file = join(worktree, 'a.txt');
    writeFileSync(file, 'zero\none\n2\nthree\n');
    await nvim.feed(':TempestDiff --unified work<CR>');
    await nvim.waitForText(/-two/);
    await nvim.command('wincmd b');
    await nvim.feed('gg/^+2<CR>:TempestComment As a word<CR>');
    await nvim.waitForText(/\+2\n.*┃ As a word +· open/);
    await nvim.feed('gg/^-two<CR>:TempestComment Keep this<CR>');
    await nvim.waitForText(/-two\n.*┃ Keep this +· open/);
    await nvim.feed('gg:TempestComment In vain<CR>');
    await until(async () => (await nvim.messages()).includes('these are no lines of the file'), {
      what: 'the refusal',
    });
    await nvim.feed(':TempestComments<CR>');
    await nvim.waitForText(
      /a\.txt\|2\| \[open\] \(before\) Keep this\n.*a\.txt\|3\| \[open\] As a word/,
    );
    await nvim.command('cclose');
    writeFileSync(file, `above\n${readFileSync(file, 'utf8')}`);
    await nvim.waitForText(/\+above/);
    await nvim.waitForText(/\+2\n.*┃ As a word +· open/);
    await nvim.waitForText(/-two\n.*┃ Keep this +· open/);
    expect(nvim.screen().join('\n').match(/┃/g)).toHaveLength(2);
  });
});
