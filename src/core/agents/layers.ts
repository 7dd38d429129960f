// The settings of gemini and of what was made from it lie in layers, and environment variables name the
// files of some. So ours come with the lowest layer, and the person's own files stay as they are.
// https://github.com/google-gemini/gemini-cli/blob/main/docs/reference/configuration.md#settings-files
// https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/trusted-folders.md
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import type { HookTable } from './hook-table.ts';

export interface Layers {
  /** How its variables begin, such as `GEMINI_CLI`. */
  prefix: string;
  /** The machine's settings, where no variable says otherwise. */
  system: string;
  /** The person's own folder. */
  home(env: NodeJS.ProcessEnv): string;
}

type Json = Record<string, unknown>;
type Given = Required<Pick<Launch, 'env' | 'files'>>;

/** What must be in the environment and in files, so that it has our hooks and the person's trust. */
export function layered(layers: Layers, hooks: HookTable, context: LaunchContext): Given {
  const defaults = defaultsWith(layers, hooks, context);
  const trust = carriedTrust(layers, context);
  return {
    env: { ...defaults?.env, ...trust?.env },
    files: { ...defaults?.files, ...trust?.files },
  };
}

/** The lowest layer: that of the machine, if there is one, and our hooks besides its own. */
function defaultsWith(
  { prefix, system }: Layers,
  hooks: HookTable,
  { env, scratch }: LaunchContext,
): Given | null {
  const settings = env[`${prefix}_SYSTEM_SETTINGS_PATH`] || system;
  const path =
    env[`${prefix}_SYSTEM_DEFAULTS_PATH`] || join(dirname(settings), 'system-defaults.json');
  const own = readJson(path);
  // It will tell the person itself what is wrong with the file.
  if (own === 'unreadable') return null;
  const present = isTable(own?.hooks) ? own.hooks : {};
  const all = Object.fromEntries(
    Object.keys({ ...present, ...hooks }).map((event) => {
      const theirs = present[event];
      const isList = theirs === undefined || Array.isArray(theirs);
      return [event, isList ? [...(theirs ?? []), ...(hooks[event] ?? [])] : theirs];
    }),
  );
  return given(`${prefix}_SYSTEM_DEFAULTS_PATH`, 'system-defaults.json', scratch, {
    ...own,
    hooks: all,
  });
}

/**
 * Who has trusted the repository has trusted its worktree; null where that settles nothing. Then an answer
 * to its question goes into the person's own file.
 */
export function carriedTrust(
  { prefix, home }: Layers,
  { env, worktree, scratch }: LaunchContext,
): Given | null {
  const variable = `${prefix}_TRUSTED_FOLDERS_PATH`;
  const rules = readJson(env[variable] || join(home(env), 'trustedFolders.json'));
  const repo = env.TEMPEST_REPO;
  if (!rules || rules === 'unreadable' || !repo) return null;
  if (trustOf(worktree, rules) !== null || trustOf(repo, rules) !== 'trusted') return null;
  return given(variable, 'trusted-folders.json', scratch, {
    ...rules,
    [realPath(worktree)]: 'TRUST_FOLDER',
  });
}

/** The rule of the nearest folder counts. */
function trustOf(folder: string, rules: Json): 'trusted' | 'distrusted' | null {
  const path = realPath(folder);
  const within = Object.entries(rules).filter(([rule, level]) => {
    const top = realPath(level === 'TRUST_PARENT' ? dirname(rule) : rule);
    const below = relative(top, path);
    return below === '' || !(below === '..' || below.startsWith('../'));
  });
  const [nearest] = within.sort(([a], [b]) => b.length - a.length);
  if (!nearest) return null;
  return nearest[1] === 'DO_NOT_TRUST' ? 'distrusted' : 'trusted';
}

function given(variable: string, name: string, scratch: string, content: Json): Given {
  return { env: { [variable]: join(scratch, name) }, files: { [name]: JSON.stringify(content) } };
}

/** A file of settings, where comments are allowed; null when it isn't there. */
function readJson(path: string): Json | null | 'unreadable' {
  try {
    const text = readFileSync(path, 'utf8');
    const plain = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1');
    const value: unknown = JSON.parse(plain);
    return isTable(value) ? value : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable';
  }
}

function isTable(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
