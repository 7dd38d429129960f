// What the demo agent changes: small, plausible, and decided by the prompt and the folder alone.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText, sourceFiles } from './files.ts';
import { defaultLanguage, type Language, languageOf, slugOf } from './languages.ts';

export interface Edit {
  /** Relative to the folder. */
  path: string;
  isNew: boolean;
  /** The lines that come in, after line `after` (counted from 1; 0 is the file's beginning). */
  added: string[];
  after: number;
}

/** Decides one edit at a time, when its turn comes: the person may have changed files meanwhile. */
export type EditStep = () => Edit | null;

/**
 * The edits of a turn: a check in an existing function, a test, a line in the changelog.
 * `first` is the conversation's first prompt: later turns go on in its test file.
 */
export function editSteps(root: string, prompt: string, first: string): EditStep[] {
  return [
    () => guardEdit(root, prompt),
    () => testEdit(root, prompt, first),
    () => changelogEdit(root, prompt),
  ];
}

/** Writes an edit to its file. */
export function apply(root: string, edit: Edit): void {
  const path = join(root, edit.path);
  const lines = (readText(path) ?? '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  lines.splice(edit.after, 0, ...edit.added);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** A check of a function's first parameter, where none is yet. */
function guardEdit(root: string, prompt: string): Edit | null {
  const places = sourceFiles(root).flatMap((path) => guardPlaces(root, path));
  return pick(places, prompt);
}

function guardPlaces(root: string, path: string): Edit[] {
  const language = languageOf(path);
  const lines = readText(join(root, path))?.split('\n');
  if (!language || !lines) return [];
  return lines.flatMap((line, index) => {
    const [, indent = '', , parameters = ''] = language.head.exec(line) ?? [];
    const parameter = /^\s*(?!self\b|cls\b)([A-Za-z_]\w*)\s*(?=[,:]|$)/.exec(parameters)?.[1];
    if (!parameter) return [];
    const added = language.guard(parameter).map((text) => indent + text);
    const isThere = lines[index + 1]?.trim() === added[0]?.trim();
    return isThere ? [] : [{ path, isNew: false, added, after: index + 1 }];
  });
}

function testEdit(root: string, prompt: string, first: string): Edit {
  const language = mainLanguage(root);
  const path = language.testFile(slugOf(first));
  const title = titleOf(prompt);
  const old = readText(join(root, path));
  const head = old === null ? language.testHead(titleOf(first)) : [];
  const added = [...head, ...language.testCase(title, slugOf(prompt))];
  return { path, isNew: old === null, added, after: lineCount(old) };
}

function changelogEdit(root: string, prompt: string): Edit {
  const path = 'CHANGELOG.md';
  const entry = `- ${titleOf(prompt)}`;
  const old = readText(join(root, path));
  if (old === null) return { path, isNew: true, added: ['# Changelog', '', entry], after: 0 };
  const firstEntry = old.split('\n').findIndex((line) => /^[-*] /.test(line));
  return {
    path,
    isNew: false,
    added: [entry],
    after: firstEntry < 0 ? lineCount(old) : firstEntry,
  };
}

/** The language that most of the folder is written in. */
function mainLanguage(root: string): Language {
  const counts = new Map<Language, number>();
  for (const path of sourceFiles(root)) {
    const language = languageOf(path);
    if (language) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? defaultLanguage;
}

/** One of several, always the same one for the same prompt. */
function pick<T>(from: readonly T[], prompt: string): T | null {
  if (from.length === 0) return null;
  const number = createHash('sha256').update(prompt).digest().readUInt32BE();
  return from[number % from.length] ?? null;
}

/** The prompt's first line as a title: without trailing dot, of a bounded length. */
function titleOf(prompt: string): string {
  const line = prompt
    .trim()
    .split('\n')[0]
    ?.replace(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
  const title = Array.from(line || 'Change')
    .slice(0, 72)
    .join('');
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function lineCount(text: string | null): number {
  if (text === null || text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
