// How the languages look that the demo agent can write a little of.

export interface Language {
  extensions: readonly string[];
  /** A function's head on one line; its groups are indentation, name and parameters. */
  head: RegExp;
  /** A check of a parameter, indented for the body of a function at column 0. */
  guard(parameter: string): string[];
  testFile(slug: string): string;
  /** The beginning of a new test file. */
  testHead(title: string): string[];
  testCase(title: string, subject: string): string[];
}

/** In single quotes where that needs no escapes. */
const quote = (text: string) => (/['\\]/.test(text) ? JSON.stringify(text) : `'${text}'`);

const typescript: Language = {
  extensions: ['.ts', '.js', '.mjs', '.tsx', '.jsx'],
  head: /^(\s*)(?:export\s+)?(?:default\s+)?(?:async\s+)?function\s+(\w+)\s*(?:<[^>]*>)?\(([^()]*)\)[^{}]*\{\s*$/,
  guard: (name) => [
    `  if (${name} === undefined) {`,
    `    throw new TypeError('${name} is missing');`,
    '  }',
  ],
  testFile: (slug) => `test/${slug}.test.js`,
  testHead: () => [`import assert from 'node:assert/strict';`, `import { test } from 'node:test';`],
  testCase: (title, subject) => [
    '',
    `test(${quote(title)}, () => {`,
    `  const subject = ${quote(subject)};`,
    '  assert.ok(subject.length > 0);',
    '});',
  ],
};

const python: Language = {
  extensions: ['.py'],
  head: /^(\s*)(?:async\s+)?def\s+(\w+)\s*\(([^()]*)\)[^:]*:\s*$/,
  guard: (name) => [`    if ${name} is None:`, `        raise ValueError("${name} is missing")`],
  testFile: (slug) => `tests/test_${slug.replaceAll('-', '_')}.py`,
  testHead: (title) => [`"""${title.replaceAll('"', "'").replaceAll('\\', '')}"""`],
  testCase: (title, subject) => [
    '',
    '',
    `def test_${slugOf(title).replaceAll('-', '_')}():`,
    `    subject = ${quote(subject)}`,
    '    assert subject',
  ],
};

const lua: Language = {
  extensions: ['.lua'],
  head: /^(\s*)(?:local\s+)?function\s+([\w.:]+)\s*\(([^()]*)\)\s*$/,
  guard: (name) => [`  assert(${name} ~= nil, '${name} is missing')`],
  testFile: (slug) => `tests/${slug}_spec.lua`,
  testHead: (title) => [`-- ${title}`],
  testCase: (title, subject) => [
    '',
    `it(${quote(title)}, function()`,
    `  local subject = ${quote(subject)}`,
    '  assert(#subject > 0)',
    'end)',
  ],
};

const known = [typescript, python, lua];

/** The language of a file; null when it is none of these. */
export function languageOf(path: string): Language | null {
  return known.find(({ extensions }) => extensions.some((end) => path.endsWith(end))) ?? null;
}

export const defaultLanguage = typescript;

/** A few words of a text's first line, fit for a file's name. */
export function slugOf(text: string): string {
  const words =
    text
      .trim()
      .split('\n')[0]
      ?.toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.slice(0, 5).join('-').slice(0, 40) || 'change';
}
