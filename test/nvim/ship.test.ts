// `:TempestCommit`, `:TempestMerge` and `:TempestPR`, from the keyboard alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteOn, standIn } from '../support/forge.ts';
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
  it('commits, shows what would land, lands it, and takes it back', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    writeFileSync(join(one.worktree, 'new.txt'), 'new\n');
    // Without a message it is asked for, beginning with what there is to say.
    await nvim.feed(':TempestCommit<CR>');
    await nvim.waitForText(/Commit one\?.*\n.*1 file, \+1 -0.*\n.*A new\.txt {2}\+1 -0/);
    await nvim.feed('y');
    await nvim.inMode('i');
    await nvim.feed('<C-u>Add a file<CR>');
    await nvim.waitForText(/one: committed [0-9a-f]{12}/);
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/Merge one into /);
    await nvim.waitForText(/1 commit: 1 file, \+1 -0.*\n.*\* Add a file.*\n.*A new\.txt {2}\+1 -0/);
    expect(existsSync(join(cwd, 'new.txt'))).toBe(false);
    await nvim.feed('y');
    await nvim.waitForText(/one is merged into /);
    expect(existsSync(join(cwd, 'new.txt'))).toBe(true);
    await nvim.waitForText(/Remove one\?/);
    await nvim.feed('n:TempestMerge!<CR>');
    await nvim.waitForText(/is as it was before one was merged/);
    await nvim.feed(':TempestMerge!<CR>');
    await nvim.waitForText(/one has no merge to take back/);
    expect(existsSync(join(cwd, 'new.txt'))).toBe(false);
  });

  it('refuses in the middle of a turn, before a message is asked for', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one --agent demo change it<CR>');
    const one = await nvim.atWork('one', /waiting/);
    writeFileSync(join(one.worktree, 'new.txt'), 'new\n');
    const head = await box.git(one.worktree, 'rev-parse', 'HEAD');
    await nvim.feed(':TempestCommit<CR>');
    await nvim.waitForText(/one is waiting: .*a in :Tempest, or :TempestOpen/);
    await nvim.feed(':<C-u>redraw!<CR>:TempestMerge<CR>');
    await nvim.waitForText(/one is waiting: .*a in :Tempest, or :TempestOpen/);
    expect(nvim.screen().join('\n')).not.toMatch(/Commit one/);
    expect(await box.git(one.worktree, 'rev-parse', 'HEAD')).toBe(head);
  });

  it('tells of buffers that are not written, and writes them when it is told to', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    const file = join(one.worktree, 'new.txt');
    writeFileSync(file, 'new\n');
    await nvim.feed(`:edit ${file}<CR>onewer<Esc>`);
    await nvim.feed(':TempestRemove one<CR>');
    await nvim.waitForText(/Not written, and not kept: new\.txt/);
    await nvim.feed('n:TempestCommit<CR>');
    await nvim.waitForText(/one: not written: new\.txt/);
    await nvim.waitForText(/1: Write, and go on/);
    await nvim.feed('3<CR>:TempestMerge<CR>');
    await nvim.waitForText(/one: not written: new\.txt/);
    expect(readFileSync(file, 'utf8')).toBe('new\n');
    await nvim.feed('1<CR>');
    await nvim.waitForText(/Commit one first\?/);
    expect(readFileSync(file, 'utf8')).toBe('new\nnewer\n');
    await nvim.feed('n');
    // What is merged without them would be removed without them, too.
    await box.git(one.worktree, 'add', '-A');
    const ada = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    await box.git(one.worktree, ...ada, 'commit', '-qm', 'New');
    await nvim.feed('onewest<Esc>:TempestMerge<CR>');
    await nvim.waitForText(/2: Go on without/);
    await nvim.feed('2<CR>');
    await nvim.waitForText(/Merge one into /);
    await nvim.feed('y');
    await nvim.waitForText(/Remove one\?[\s\S]*Not written, and so not landed: new\.txt/);
    await nvim.feed('n');
  });

  it('merges nothing below what is not written where the base is checked out', async () => {
    const cwd = await box.repo({ files: { 'a.txt': 'one\n', 'b.txt': 'two\n' } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    writeFileSync(join(one.worktree, 'a.txt'), 'by one\n');
    const ada = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    await box.git(one.worktree, ...ada, 'commit', '-qam', 'One');
    await nvim.feed(`:edit ${join(cwd, 'a.txt')}<CR>omine<Esc>:TempestMerge<CR>`);
    await nvim.waitForText(/main is checked out with buffers in the way.*: a\.txt/);
    expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('one\n');
    // What it doesn't change is in nobody's way.
    await nvim.feed(`u:edit ${join(cwd, 'b.txt')}<CR>omine<Esc>:TempestMerge<CR>`);
    await nvim.waitForText(/Merge one into main\?/);
    await nvim.feed('y');
    await nvim.waitForText(/one is merged into main/);
    expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('by one\n');
  });

  it('commits first what is not committed, then merges', async () => {
    const cwd = await box.repo();
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    writeFileSync(join(one.worktree, 'new.txt'), 'new\n');
    // Hooks have the editor's environment.
    const hook = '#!/bin/sh\necho "$PLACE" > place\ngit add place\n';
    writeFileSync(join(cwd, '.git/hooks/pre-commit'), hook, { mode: 0o755 });
    await nvim.feed(':let $PLACE="this editor"<CR>:TempestMerge<CR>');
    await nvim.waitForText(/Commit one first\?/);
    await nvim.waitForText(/nothing is merged without that:.*\n.*1 file, \+1 -0/);
    await nvim.feed('y');
    await nvim.inMode('i');
    await nvim.feed('<C-u>Add a file<CR>');
    await nvim.waitForText(/Merge one into main\?/);
    expect(await box.git(one.worktree, 'log', '-1', '--format=%s')).toBe('Add a file');
    await nvim.feed('y');
    await nvim.waitForText(/one is merged into main/);
    expect(readFileSync(join(cwd, 'place'), 'utf8')).toBe('this editor\n');
    expect(existsSync(join(cwd, 'new.txt'))).toBe(true);
  });

  it('squashes, rebases, and removes what has landed', async () => {
    const cwd = await box.repo({ files: { 'a.txt': 'one\n' } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    for (const file of ['b.txt', 'c.txt']) {
      writeFileSync(join(one.worktree, file), `${file}\n`);
      await box.git(one.worktree, 'add', file);
      await box.git(one.worktree, 'commit', '-qm', file);
    }
    await nvim.feed(':TempestSquash Both files<CR>');
    await nvim.waitForText(/Squash one\?.*\n.*2 commits: 2 files.*\n.*\* c\.txt.*\n.*\* b\.txt/);
    await nvim.feed('y');
    await nvim.waitForText(/one is one commit; what it was is checkpoint 1/);
    writeFileSync(join(cwd, 'a.txt'), 'two\n');
    await box.git(cwd, 'commit', '-qam', 'Meanwhile');
    await nvim.feed('<CR>:TempestRebase<CR>');
    await nvim.waitForText(/1 commit: 2 files, \+2 -0.*\n.*\* Both files/);
    await nvim.waitForText(/Made anew on main, which has 1 more/);
    await nvim.feed('y');
    await nvim.waitForText(/one is rebased; what it was is checkpoint 2/);
    expect(await box.git(one.worktree, 'log', '--format=%s')).toBe('Both files\nMeanwhile\nBegin');
    await nvim.feed('<CR>:TempestMerge --strategy fast-forward<CR>');
    await nvim.waitForText(/Merge one into main/);
    await nvim.feed('y');
    await nvim.waitForText(/Remove one\?/);
    await nvim.feed('y');
    await nvim.waitForText(/one is removed/);
    expect([existsSync(one.worktree), existsSync(join(cwd, 'b.txt'))]).toEqual([false, true]);
  });

  it("lands on another branch than its base, in the agent's own words", async () => {
    const cwd = await box.repo({ files: { 'CHANGELOG.md': '# Changelog\n' } });
    await box.git(cwd, 'branch', 'release');
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name mute -- cat<CR>');
    await nvim.atWork('mute');
    await nvim.feed(':TempestMerge --session mute --last<CR>');
    await nvim.waitForText(/mute: its agent has said nothing yet/);
    await nvim.feed(':TempestNew! --name one --agent demo write it without asking<CR>');
    const one = await nvim.atWork('one', /idle/);
    await box.git(one.worktree, 'add', '-A');
    await box.git(one.worktree, 'commit', '-qm', 'One');
    expect(
      await nvim.lua("return vim.fn.getcompletion('TempestMerge --into ', 'cmdline')"),
    ).toContain('release');
    await nvim.feed(':TempestMerge --session one --into release --last<CR>');
    await nvim.waitForText(/Merge one into release\?/);
    await nvim.feed('y');
    await nvim.waitForText(/Remove one\?/);
    await nvim.feed('n');
    expect(await box.git(cwd, 'log', '-1', '--format=%s', 'release')).toMatch(
      /^Done: \d files? changed/,
    );
    expect(await box.git(cwd, 'log', '-1', '--format=%s', 'main')).toBe('Begin');
  });

  it("begins a pull request by the forge's own tool in a terminal", async () => {
    const cwd = await box.repo();
    await remoteOn(box, cwd, 'github.com');
    const gh = standIn(box, 'gh', 'read -r answer; echo "https://example.org/pull/$answer"');
    const env = { PATH: gh.path };
    const nvim = await startEditor({ version, sandbox: box, cwd, env, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    writeFileSync(join(one.worktree, 'new.txt'), 'new\n');
    await nvim.feed(':TempestPR<CR>');
    await nvim.inMode('t');
    await nvim.waitForText(/pull request of one: 1 file is not committed, and so not in what was/);
    await nvim.feed('7<CR>');
    await nvim.waitForText(/https:..example\.org.pull.7/);
    await nvim.inMode('nt');
    const args = ['pr', 'create', '--head', one.branch, '--base', 'main'];
    expect(gh.call()).toEqual([one.worktree, ...args, '--title', 'one', '--body', '']);
    expect(await nvim.messages()).toMatch(/one: 1 file is not committed/);
    await nvim.feed('q');
    expect(await nvim.lua('return #vim.api.nvim_list_wins()')).toBe(1);
  });

  it('leaves the keys to somebody who types elsewhere by the time that a branch is pushed', async () => {
    const cwd = await box.repo();
    await remoteOn(box, cwd, 'github.com');
    const go = join(box.root, 'go');
    const hook = `#!/bin/sh\nuntil [ -e '${go}' ]; do sleep 0.05; done\n`;
    writeFileSync(join(cwd, '.git/hooks/pre-push'), hook, { mode: 0o755 });
    const gh = standIn(box, 'gh', 'echo asks; read -r answer; exit 1');
    const env = { PATH: gh.path };
    const nvim = await startEditor({ version, sandbox: box, cwd, env, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    await nvim.atWork('one');
    await nvim.feed(':TempestPR<CR>');
    await nvim.waitForText(/pushing /);
    await nvim.feed('ihere ');
    writeFileSync(go, '');
    await nvim.waitForText(/asks/);
    await nvim.feed('and on');
    await nvim.inBuffer(/^here and on$/);
    await nvim.feed('<Esc><C-w>wi<CR>');
    await nvim.waitForText(/one: gh ended with/);
    expect(await nvim.messages()).toMatch(/gh ended with exit code 1; the page is https:/);
  });

  it('opens the page of a pull request where there is no tool', async () => {
    const cwd = await box.repo();
    await remoteOn(box, cwd, 'codeberg.org');
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.lua('vim.ui.open = function(url) vim.g.opened = url end');
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    const one = await nvim.atWork('one');
    await nvim.feed(':TempestPR<CR>');
    const told = async () => /https:..codeberg\.org.o.r.compare/.test(await nvim.messages());
    await until(told, { what: 'the page to be told' });
    expect(await nvim.lua('return vim.g.opened')).toBe(
      `https://codeberg.org/o/r/compare/main...${one.branch}`,
    );
  });

  it('gives a conflict to the agent', async () => {
    mkdirSync(dirname(box.places.config), { recursive: true });
    writeFileSync(box.places.config, "[agents.typist]\ncommand = ['cat']\nprompt = 'none'\n");
    const cwd = await box.repo({ files: { 'a.txt': 'one\n' } });
    const nvim = await startEditor({ version, sandbox: box, cwd, cols: 100, rows: 40 });
    await nvim.feed(':TempestNew! --name one --agent typist begin<CR>');
    const one = await nvim.atWork('one');
    for (const place of [cwd, one.worktree]) {
      writeFileSync(join(place, 'a.txt'), `${place}\n`);
      await box.git(place, 'commit', '-qam', 'Change a');
    }
    await nvim.feed(':TempestMerge<CR>');
    await nvim.waitForText(/one conflicts with main: a\.txt; nothing was changed/);
    await nvim.feed('1<CR>:TempestOpen<CR>');
    await nvim.inBuffer(/resolve the conflicts[^`]*in: `a\.txt`/);
  });
});
