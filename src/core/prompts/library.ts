// The library of prompts: the person's own, and those that lie in a repository.
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { TempestError } from '../errors.ts';
import { readText } from '../plain-file.ts';
import { fill, type Placeholder, type Prompt, parsePrompt } from './prompt.ts';

export interface Shelves {
  /** The person's folder. */
  person: string;
  /** A checkout, whose prompts lie in `.tempest/prompts`; null without one. */
  checkout: string | null;
}

/** Longer files, in bytes, are no prompts. */
const longest = 256 * 1024;

/** All prompts by name. The person's own hide the repository's of the same name. */
export async function listPrompts({ person, checkout }: Shelves): Promise<Prompt[]> {
  const own = await readShelf(person, 'person', person);
  const theirs = checkout
    ? await readShelf(join(checkout, '.tempest/prompts'), 'repository', checkout)
    : [];
  const names = new Set(own.map(({ name }) => name));
  const all = [...own, ...theirs.filter(({ name }) => !names.has(name))];
  return all.sort((a, b) => a.name.localeCompare(b.name));
}

/** Throws `unknown-prompt`, and `bad-config` for one that can't be used. */
export async function findPrompt(shelves: Shelves, name: string): Promise<Prompt> {
  const prompts = await listPrompts(shelves);
  const found = prompts.find((prompt) => prompt.name === name);
  if (!found) {
    const names = prompts.map((prompt) => prompt.name).join(', ');
    throw new TempestError(
      'unknown-prompt',
      `no prompt is called ${JSON.stringify(name)}`,
      names ? `There are: ${names}.` : `Write one: ${join(shelves.person, `${name}.md`)}`,
    );
  }
  if (found.problem) throw new TempestError('bad-config', `${found.path}: ${found.problem}`);
  return found;
}

/** By what a person fills it in on the command line. */
const inShell: Record<Placeholder, string> = {
  input: 'a text',
  file: '`--file PATH`',
  selection: '`--selection PATH:FIRST-LAST`',
  diagnostics: '`--diagnostics PATH`',
  quickfix: '`--quickfix PATH`',
  diff: 'a session that has changes',
};

/**
 * The prompt as it is sent. Input that it has no place for follows it. Throws `unfilled-prompt` when something
 * that it wants is missing.
 */
export function renderPrompt(
  { name, text, placeholders }: Prompt,
  values: Partial<Record<Placeholder, string>>,
): string {
  const missing = placeholders.filter((wanted) => !values[wanted as Placeholder]);
  if (missing.length > 0) {
    throw new TempestError(
      'unfilled-prompt',
      `the prompt ${name} wants ${missing.map((wanted) => `{{${wanted}}}`).join(' and ')}`,
      `In a shell, give it ${missing.map((wanted) => inShell[wanted as Placeholder]).join(' and ')}.`,
    );
  }
  const filled = fill(text, values);
  const isPlaced = placeholders.includes('input') || !values.input;
  return isPlaced ? filled : `${filled}\n\n${values.input}`;
}

/** Only regular files within `root`: a link in a repository must not hand over what lies elsewhere. */
async function readShelf(
  folder: string,
  source: Prompt['source'],
  root: string,
): Promise<Prompt[]> {
  const [place, top] = await Promise.all([real(folder), real(root)]);
  if (!place || !top || (place !== top && !place.startsWith(top + sep))) return [];
  const files = (await readdir(place)).filter((file) => file.endsWith('.md'));
  const prompts = await Promise.all(
    files.map(async (file) => {
      const path = join(place, file);
      const found = await lstat(path);
      const isOwn = source === 'person' && found.isSymbolicLink();
      if (!(found.isFile() || isOwn) || found.size > longest) return null;
      const text = await readText(path).catch(() => null);
      if (text === null) return null;
      return await parsePrompt(text, { name: file.slice(0, -'.md'.length), path, source });
    }),
  );
  return prompts.filter((prompt) => prompt !== null);
}

async function real(path: string): Promise<string | null> {
  return await realpath(path).catch(() => null);
}
