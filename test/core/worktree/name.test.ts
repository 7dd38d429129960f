// Names: readable ones from any prompt, and none that leaves its folder or that git refuses.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkName,
  freeName,
  nameFromPrompt,
  worktreeFolder,
} from '../../../src/core/worktree/name.ts';
import { random } from '../../support/random.ts';
import { testHome, testRepo } from '../../support/scratch-repo.ts';

function isGood(name: string): boolean {
  try {
    checkName(name);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'bad-name' });
    expect((error as { hint: string }).hint).not.toBe('');
    return false;
  }
}

describe('a name from a prompt', () => {
  it.each([
    ['fix the flaky login test', 'fix-flaky-login-test'],
    ['Please add a dark mode to the settings page!', 'add-dark-mode-settings-page'],
    ["don't crash when it's empty", 'dont-crash-empty'],
    ['Réparer le café', 'reparer-le-cafe'],
    ['see https://example.org/x?y=1 and fix it', 'see-fix'],
    ['исправь тест входа', 'исправь-тест-входа'],
    ['the', 'the'],
    ['', 'session'],
    ['🎉🎉', 'session'],
    ['../../etc/passwd', 'etc-passwd'],
    ['.git', 'git'],
    ['con', 'session-con'],
    ['HEAD', 'session-head'],
    ['x'.repeat(300), 'x'.repeat(40)],
  ])('%j becomes %j', (prompt, name) => {
    expect(nameFromPrompt(prompt)).toBe(name);
  });

  it('is always short, good, and a branch that git takes', () => {
    const next = random(7);
    const alphabet = [...'aZ9 -_./\\\n\t@{}~^:?*[\'"`$();|&é漢字🎉\u200b\u202é\0', 'the ', '.lock'];
    const names = new Set<string>();
    for (let round = 0; round < 2000; round++) {
      const prompt = Array.from({ length: next(40) }, () => alphabet[next(alphabet.length)]).join(
        '',
      );
      const name = nameFromPrompt(prompt);
      expect([...name].length, prompt).toBeLessThanOrEqual(48);
      expect(isGood(name), JSON.stringify({ prompt, name })).toBe(true);
      names.add(name);
    }
    for (const name of [...names].slice(0, 60)) {
      execFileSync('git', ['check-ref-format', '--branch', `tempest/${name}`]);
    }
  });
});

describe('hazard 1: a given name', () => {
  it.each([
    '',
    '.',
    '..',
    '.git',
    '.GIT',
    'a/../b',
    '/etc',
    'a/b',
    'a\\b',
    '-f',
    '--force',
    'x.lock',
    'X.LOCK',
    'a\nb',
    'a\0b',
    'a\tb',
    'a b',
    ' a',
    'a ',
    'a.',
    '.a',
    'a..b',
    '@',
    'a@{b',
    'HEAD',
    'head',
    'FETCH_HEAD',
    'con',
    'AUX.txt',
    'COM1',
    'git~1',
    'a~b',
    'a^b',
    'a:b',
    'a?b',
    'a*b',
    'a[b',
    '🎉',
    'a\u202eb',
    'a\u200bb',
    'a\u2028b',
    '\ud800',
    'é'.repeat(200),
    'a'.repeat(300),
    '$(id)',
    '`id`',
    "it's",
    '"',
    'a;b',
    'a|b',
    'a&b',
    'a%b',
    'a#b',
    'a!b',
    '\u007f',
    '\u0085',
  ])('%j is refused, with a hint', (name) => {
    expect(isGood(name)).toBe(false);
  });

  it.each([
    'fix',
    'fix-login-2',
    'v1.2',
    'a_b',
    'Fix',
    'исправь',
    '漢字',
    'a@b',
    '42',
    'a+b',
    'command',
  ])('%j is taken', (name) => {
    expect(isGood(name)).toBe(true);
  });

  it('whatever git refuses in a branch is refused here, too', () => {
    testHome();
    const next = random(11);
    const alphabet = [...'ab.-_@{}~^:?*[\\/ \u0001\u007f'];
    for (let round = 0; round < 300; round++) {
      const name = Array.from({ length: 1 + next(6) }, () => alphabet[next(alphabet.length)]).join(
        '',
      );
      if (!isGood(name)) continue;
      execFileSync('git', ['check-ref-format', '--branch', name], { stdio: 'pipe' });
      expect(join('/home/trees', name).startsWith('/home/trees/')).toBe(true);
      expect(name).not.toContain('/');
    }
  });
});

it('a taken name gets the next free number', () => {
  const taken = new Set(['fix', 'fix-2', 'fix-3']);
  expect(freeName('fix', (name) => taken.has(name))).toBe('fix-4');
  expect(freeName('new', (name) => taken.has(name))).toBe('new');
});

it("hazard 2: every path to a repository leads to one folder, and two repositories' folders differ", () => {
  const t = testRepo({ name: 'my repo' });
  symlinkSync(t.root, join(t.home, 'link'));
  const folder = worktreeFolder('/w', t.root);
  expect(folder).toMatch(/^\/w\/my-repo-[0-9a-f]{8}$/);
  expect(worktreeFolder('/w', join(t.home, 'link'))).toBe(folder);
  mkdirSync(join(t.home, 'other/my repo'), { recursive: true });
  t.git(['init', '-q'], join(t.home, 'other/my repo'));
  expect(worktreeFolder('/w', join(t.home, 'other/my repo'))).not.toBe(folder);
  t.git(['clone', '-q', '--bare', t.root, join(t.home, 'bare.git')]);
  expect(worktreeFolder('/w', join(t.home, 'bare.git'))).toMatch(/^\/w\/bare-[0-9a-f]{8}$/);
});
