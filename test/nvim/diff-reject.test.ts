// Rejecting hunks: the worktree's file is changed through its buffer, and `u` takes that back.
import { existsSync } from 'node:fs';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/core/review/checkpoints.ts';
import { tempest } from '../cli/support/tempest.ts';
import { neovims } from '../support/neovim.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

const base = {
  'edit.txt': 'one\ntwo\nthree\nfour\nfive\nsix\n',
  'gone.sh': '#!/bin/sh\ntrue\n',
  'no-eol.txt': 'first\nlast',
  'dos.txt': 'one\r\ntwo\r\nthree\r\n',
};

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

describe.each(neovims)('Neovim $version', ({ version }) => {
  const start = async (): Promise<{ nvim: Editor; at: (path: string) => string }> => {
    const cwd = await box.repo({ files: base });
    await box.git(cwd, 'config', 'core.autocrlf', 'false');
    await chmod(join(cwd, 'gone.sh'), 0o755);
    await box.git(cwd, 'commit', '-qam', 'a program');
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 140, rows: 30 });
    await nvim.feed(':TempestNew! --name work -- cat<CR>');
    const { worktree } = await nvim.atWork('work');
    return { nvim, at: (path) => join(worktree, path) };
  };
  const read = (path: string) => readFile(path, 'utf8').catch(() => null);
  const holds = async (path: string, text: string | null) =>
    until(async () => (await read(path)) === text, { what: `${path} to be as wanted` }).catch(
      async () => expect(await read(path)).toBe(text),
    );
  const review = async (nvim: Editor, shown: RegExp) => {
    await nvim.feed(':TempestDiff work<CR>');
    await nvim.waitForText(shown);
    await nvim.command('wincmd b');
  };

  it('says where the hunks and the lines are, from the panel of files', async () => {
    const { nvim, at } = await start();
    await writeFile(at('edit.txt'), 'ONE\n');
    await review(nvim, /ONE/);
    await nvim.command('wincmd t');
    await nvim.feed(':TempestReject<CR>');
    await nvim.waitForText(/go to the window on the right, and put the cursor on a hunk there/);
    await nvim.feed(':TempestComment In vain<CR>');
    await nvim.waitForText(/go to the window on the right, to the lines that you comment on/);
    await holds(at('edit.txt'), 'ONE\n');
  });

  it('takes back changed, added and removed lines, each on its own, and undoes it', async () => {
    const { nvim, at } = await start();
    const changed = 'zero\none\nTWO\nthree\nfive\nsix\n';
    await writeFile(at('edit.txt'), changed);
    await review(nvim, /TWO/);
    await nvim.feed('/TWO<CR>:TempestReject<CR>');
    await nvim.waitForText(/hunk rejected: u in edit\.txt takes it back/);
    await holds(at('edit.txt'), 'zero\none\ntwo\nthree\nfive\nsix\n');
    await nvim.feed('u:w<CR>');
    await holds(at('edit.txt'), changed);
    await nvim.waitForText(/\+2 -2/);
    await nvim.feed('/five<CR>:TempestReject<CR>');
    await holds(at('edit.txt'), 'zero\none\nTWO\nthree\nfour\nfive\nsix\n');
    await nvim.waitForText(/\+2 -1/);
    // On the left side by a key, also where it has no line.
    await nvim.command('wincmd h');
    await nvim.feed('ggr');
    await holds(at('edit.txt'), 'one\nTWO\nthree\nfour\nfive\nsix\n');
    await nvim.waitForText(/\+1 -1/);
    await nvim.command('wincmd b');
    await nvim.feed(':%TempestReject<CR>');
    await holds(at('edit.txt'), base['edit.txt']);
    await nvim.waitForText(/no changes/);
    // The buffer stays, so that all can be undone when the review is closed.
    await nvim.command('tabclose');
    await nvim.command('buffer edit.txt');
    await nvim.feed('uuu:w<CR>');
    await holds(at('edit.txt'), changed);
  });

  it("undoes with 'nohidden', too, once another file was shown", async () => {
    const { nvim, at } = await start();
    await nvim.command('set nohidden');
    await writeFile(at('a.txt'), 'mine\n');
    await writeFile(at('edit.txt'), 'ONE\n');
    await review(nvim, /mine/);
    await nvim.feed(':%TempestReject<CR>');
    await holds(at('a.txt'), null);
    await nvim.waitForText(/ONE/);
    await nvim.command('buffer a.txt');
    await nvim.feed('u:w<CR>');
    await holds(at('a.txt'), 'mine\n');
  });

  it('brings back what was deleted, removes what was added', async () => {
    const { nvim, at } = await start();
    await rm(at('gone.sh'));
    await writeFile(at('added.txt'), 'new\n');
    await review(nvim, /│ +new/);
    await nvim.feed(':TempestReject<CR>');
    await holds(at('added.txt'), null);
    await nvim.waitForText(/▸D gone\.sh/);
    await nvim.waitForText(/gone\.sh · main/);
    await nvim.command('wincmd b');
    await nvim.feed(':TempestReject<CR>');
    await holds(at('gone.sh'), base['gone.sh']);
    const isProgram = async () => ((await stat(at('gone.sh'))).mode & 0o111) !== 0;
    await until(isProgram, { what: 'it to be a program again' });
    await nvim.waitForText(/no changes/);
    await nvim.command('tabclose');
    await nvim.command('buffer added.txt');
    await nvim.feed('u:w<CR>');
    await holds(at('added.txt'), 'new\n');
    // It can be rejected again.
    await review(nvim, /│ +new/);
    await nvim.feed(':TempestReject<CR>');
    await holds(at('added.txt'), null);
  });

  it('keeps the ends of lines and of the file as they were', async () => {
    const { nvim, at } = await start();
    await writeFile(at('dos.txt'), 'one\r\nTWO\r\nthree\r\n');
    await writeFile(at('no-eol.txt'), 'first\nlast\nmore\n');
    await review(nvim, /│ +TWO/);
    await nvim.feed('/TWO<CR>:TempestReject<CR>');
    await holds(at('dos.txt'), base['dos.txt']);
    await nvim.waitForText(/▸M no-eol\.txt/);
    await nvim.waitForText(/│ +more/);
    await nvim.feed('G:TempestReject<CR>');
    await holds(at('no-eol.txt'), base['no-eol.txt']);
  });

  it('keeps what a file was in a checkpoint first, and not again while nobody else writes', async () => {
    const { nvim, at } = await start();
    const changed = 'zero\none\nTWO\nthree\nfive\nsix\n';
    await writeFile(at('edit.txt'), changed);
    await writeFile(at('added.txt'), 'new\n');
    await review(nvim, /│ +new/);
    await nvim.feed(':TempestReject<CR>');
    await holds(at('added.txt'), null);
    await nvim.waitForText(/▸M edit\.txt/);
    await nvim.waitForText(/│ +TWO|TWO +/);
    await nvim.command('wincmd b');
    await nvim.feed('/TWO<CR>:TempestReject<CR>');
    await holds(at('edit.txt'), 'zero\none\ntwo\nthree\nfive\nsix\n');
    await nvim.waitForText(/edit\.txt · .*|\+1 -1/);
    await nvim.feed('gg:TempestReject<CR>');
    await holds(at('edit.txt'), 'one\ntwo\nthree\nfive\nsix\n');
    const kept = async () => {
      const list = JSON.parse((await tempest(box, ['checkpoints', 'work', '--json'])).stdout);
      return (list.checkpoints as Checkpoint[]).filter(({ ending }) => ending === 'reject');
    };
    const only = await kept();
    expect(only.map(({ prompt }) => prompt)).toEqual(['before a hunk of added.txt was rejected']);
    const inKept = (path: string) => box.git(at('.'), 'show', `${only[0]?.commit}:${path}`);
    expect(`${await inKept('edit.txt')}\n`).toBe(changed);
    expect(await inKept('added.txt')).toBe('new');
    // Somebody else has written: that is kept, too.
    const more = 'one\ntwo\nTHREE\nfive\nsix\n';
    await writeFile(at('edit.txt'), more);
    await nvim.waitForText(/THREE/);
    await nvim.feed('/THREE<CR>:TempestReject<CR>');
    await holds(at('edit.txt'), base['edit.txt']);
    const [, second, ...others] = await kept();
    expect(others).toEqual([]);
    expect(`${await box.git(at('.'), 'show', `${second?.commit}:edit.txt`)}\n`).toBe(more);
  });

  it('refuses where it would not be safe', async () => {
    const { nvim, at } = await start();
    await writeFile(at('edit.txt'), 'ONE\ntwo\nthree\nfour\nfive\nsix\n');
    await review(nvim, /ONE/);
    await nvim.feed('GOmine<Esc>gg:TempestReject<CR>');
    await nvim.waitForText(/changes that are not written: write it first/);
    await nvim.feed(':undo 0<CR>');
    await writeFile(
      at('edit.txt'),
      Buffer.from('ONE\ntwo \xe9\nthree\nfour\nfive\nsix\n', 'latin1'),
    );
    await nvim.waitForText(/\+2 -2/);
    await nvim.feed('gg:TempestReject<CR>');
    await nvim.waitForText(/is not UTF-8: nothing was rejected|nothing was rejected/);
    expect((await readFile(at('edit.txt'))).includes(0xe9)).toBe(true);
    await nvim.command('tabclose');
    await nvim.feed(':TempestReject<CR>');
    await nvim.waitForText(/there is no review in this tab page/);
    expect(existsSync(at('gone.sh'))).toBe(true);
  });
});
