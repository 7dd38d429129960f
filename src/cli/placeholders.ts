// What a shell can fill into a prompt of the library: a path, lines of a file, what another program printed.
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { Placeholder } from '../core/prompts/prompt.ts';
import { realPlace } from '../core/worktree/real-place.ts';
import { inspectRepo } from '../core/worktree/repo.ts';
import type { Context } from './context.ts';
import { UsageError } from './failure.ts';
import { fileOrStdin } from './input.ts';

/** By the placeholder's name, as typed. */
export interface Shown {
  file: string | undefined;
  selection: string | undefined;
  diagnostics: string | undefined;
  quickfix: string | undefined;
}

/** Throws UsageError for what is not there. */
export async function valuesOf(
  context: Context,
  { file, selection, diagnostics, quickfix }: Shown,
): Promise<Partial<Record<Placeholder, string>>> {
  return {
    ...(file !== undefined && { file: await asTheAgentSees(context, file) }),
    ...(selection !== undefined && { selection: await linesOf(context, selection) }),
    ...(diagnostics !== undefined && {
      diagnostics: await contentOf(context, 'diagnostics', diagnostics),
    }),
    ...(quickfix !== undefined && { quickfix: await contentOf(context, 'quickfix', quickfix) }),
  };
}

/** From the top of the checkout the person stands in, as in the session's worktree; else the whole path. */
async function asTheAgentSees({ cwd }: Context, file: string): Promise<string> {
  const typed = resolve(cwd, file);
  // The file may be a link, or be only in the session's worktree.
  const folder = await realPlace(dirname(typed)).catch(() => dirname(typed));
  const path = join(folder, basename(typed));
  const found = await inspectRepo(cwd);
  return found && path.startsWith(found.here + sep) ? relative(found.here, path) : path;
}

/** In the same words as from an editor: where they are, and the lines themselves. */
async function linesOf(context: Context, typed: string): Promise<string> {
  if (typed === '-') return fenced(await contentOf(context, 'selection', typed), '');
  const [, path, first = '', last = first] = /^(.+):(\d{1,9})(?:-(\d{1,9}))?$/s.exec(typed) ?? [];
  const range = { first: Number(first), last: Number(last) };
  if (path === undefined || range.first < 1 || range.first > range.last) {
    const how = 'PATH:LINE, PATH:FIRST-LAST or -';
    throw new UsageError(`--selection is ${how}, not ${JSON.stringify(typed)}`);
  }
  const lines = (await contentOf(context, 'selection', path)).split('\n');
  if (range.last > lines.length) {
    throw new UsageError(`--selection: ${path} ends with line ${lines.length}`);
  }
  const text = lines.slice(range.first - 1, range.last).join('\n');
  const where = first === last ? first : `${first}-${last}`;
  const place = `${await asTheAgentSees(context, path)}:${where}`;
  return `${place}\n${fenced(text, extname(path).slice(1))}`;
}

/** As a block of markdown, whose fence stands nowhere in it. */
function fenced(text: string, language: string): string {
  let fence = '```';
  while (text.includes(fence)) fence += '`';
  return `${fence}${language}\n${text}\n${fence}`;
}

async function contentOf(context: Context, name: keyof Shown, path: string): Promise<string> {
  const text = await fileOrStdin(context, path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${name}: ${path} can't be read: ${error.code ?? error.message}`);
  });
  if (text.trim() !== '') return text;
  const place = path === '-' ? 'standard input' : path;
  throw new UsageError(`--${name}: ${place} is empty, so there is nothing for {{${name}}}`);
}
