// What messages and pages tell a person to type: it must be there.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCommand } from '../../src/cli/commands.ts';

const project = resolve(import.meta.dirname, '../..');

/** Texts that a person may read, by their path. */
const texts = [
  'src',
  'lua',
  'plugin',
  'doc',
  'docs',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
]
  .flatMap((place) => {
    const path = join(project, place);
    if (!statSync(path).isDirectory()) return [place];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /\.(ts|lua|md|txt)$/.test(name)).map((name) => join(place, name));
  })
  .map((path) => ({ path, text: readFileSync(join(project, path), 'utf8') }));

/** What is written in backticks after `tempest`, once each, with where it stands. */
const advice = new Map(
  texts.flatMap(({ path, text }) =>
    [...text.matchAll(/`tempest ([a-z][^`\n]*?)\\?`/g)].map(
      ([, line = '']) => [line, path] as const,
    ),
  ),
);

describe('advice', () => {
  it('is found at all', () => {
    expect(advice.size).toBeGreaterThan(50);
  });

  it.each([...advice])('`tempest %s` can be typed, as %s says', (line) => {
    const [name = '', ...words] = line.split(/\s+/);
    const spec = findCommand(name);
    expect(spec, `the command ${name}`).toBeDefined();
    const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
    for (const [, dashes, option = ''] of own
      .join(' ')
      .matchAll(/(?:^|[\s[])(--?)([a-z][\w-]*)/g)) {
      const known = Object.entries(spec?.options ?? {});
      const found = known.some(([long, { short }]) => option === (dashes === '--' ? long : short));
      expect(found, `${dashes}${option} of ${name}`).toBe(true);
    }
  });
});
