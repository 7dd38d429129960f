// A real repository in a home of its own, for one test.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';

export interface TestRepo {
  /** Holds everything of the test. */
  home: string;
  root: string;
  git(args: string[], cwd?: string, input?: string | Buffer): string;
  write(path: string, text: string | Buffer, cwd?: string): void;
  link(path: string, target: string): void;
  run(path: string, cwd?: string): void;
  commit(message?: string, cwd?: string): string;
}

const homes: string[] = [];
const saved = { ...process.env };

afterEach(() => {
  for (const key of Object.keys(process.env)) {
    if (!(key in saved)) delete process.env[key];
  }
  Object.assign(process.env, saved);
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** A folder of the test's own, which is HOME and XDG home until the test ends. */
export function testHome(): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'tp-')));
  homes.push(home);
  for (const key of Object.keys(process.env)) {
    if (/^(GIT_|XDG_|EMAIL$)/.test(key)) delete process.env[key];
  }
  process.env.HOME = home;
  return home;
}

/** `git init` in `<home>/<name>` with a user; without a commit when `empty`. */
export function testRepo(o: { name?: string; empty?: boolean; init?: string[] } = {}): TestRepo {
  const home = testHome();
  const root = join(home, o.name ?? 'rÉpo 1');
  mkdirSync(root);
  const repo: TestRepo = {
    home,
    root,
    git: (args, cwd = root, input) =>
      execFileSync('git', args, { cwd, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }),
    write(path, text, cwd = root) {
      const full = join(cwd, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
    },
    link(path, target) {
      symlinkSync(target, join(root, path));
    },
    run(path, cwd = root) {
      chmodSync(join(cwd, path), 0o755);
    },
    commit(message = 'change', cwd = root) {
      repo.git(['add', '-A'], cwd);
      repo.git(['commit', '-q', '--allow-empty', '-m', message], cwd);
      return repo.git(['rev-parse', 'HEAD'], cwd).trim();
    },
  };
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n',
  );
  repo.git(['init', '-q', ...(o.init ?? [])]);
  if (!o.empty) {
    repo.write('readme.md', 'hello\n');
    repo.write('src/a.txt', 'one\ntwo\nthree\n');
    repo.commit('first');
  }
  return repo;
}
