// The person's configuration and a repository's own, read from TOML and checked once.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { agentTableSchema, agentTablesSchema } from './agents/table.ts';
import { TempestError } from './errors.ts';
import { readText } from './plain-file.ts';
import { forges } from './ship/review-url.ts';

/** `config.toml`; docs/configuration.md has every key. */
export const configSchema = z.object({
  agent: z.string().min(1).default('claude'),
  branch_prefix: z.string().default('tempest/'),
  /** Parent of every worktree; `~` is the home folder. Null: the usual place. */
  worktrees: z.string().min(1).nullable().default(null),
  /** Untracked files to carry over, in gitignore syntax. */
  copy: z.array(z.string()).default(['.env*']),
  base: z.string().min(1).nullable().default(null),
  /** Run when a session wants the person and no client has the focus; see `desktop.ts`. Null: nothing. */
  notify: z
    .union([z.array(z.string()).min(1), z.literal(false).transform(() => null)], {
      error: 'a command as a list of strings, or false',
    })
    .nullable()
    .default(null),
  /** By host, where its name does not tell. */
  forges: z.record(z.string(), z.enum(forges)).default({}),
  agents: agentTablesSchema.default({}),
});
export type Config = z.infer<typeof configSchema> & { warnings: string[] };

const commands = z
  .union([z.string(), z.array(z.string())], 'expected a command, or a list of commands')
  .nullable()
  .default(null);

/** `.tempest.toml`. */
export const repoConfigSchema = z.object({
  setup: commands,
  /** Says whether a session's work is good; see `session/check.ts`. */
  check: commands,
  check_after_turn: z.boolean().default(false),
  copy: z.array(z.string()).default([]),
  base: z.string().min(1).nullable().default(null),
});
export type RepoConfig = z.infer<typeof repoConfigSchema> & { warnings: string[] };

export const repoConfigName = '.tempest.toml';

/**
 * Reads the person's configuration; what is missing has its default.
 * Keys that mean nothing are told in `warnings`.
 * @throws TempestError `bad-config`, naming file, key and what was expected.
 */
export async function loadConfig(file: string): Promise<Config> {
  const config = await load(file, configSchema, { agents: agentTableSchema });
  return { ...config, worktrees: config.worktrees && atHome(config.worktrees) };
}

/** Reads `.tempest.toml` of a checkout, as `loadConfig`. It runs nothing: see `setup.ts`. */
export async function loadRepoConfig(folder: string): Promise<RepoConfig> {
  return load(join(folder, repoConfigName), repoConfigSchema, {});
}

async function load<S extends z.ZodObject>(
  file: string,
  schema: S,
  tables: Record<string, z.ZodObject>,
): Promise<z.output<S> & { warnings: string[] }> {
  const raw = await readToml(file);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw mistake(file, parsed.error);
  return { ...parsed.data, warnings: unknownKeys(file, raw, schema, tables) };
}

async function readToml(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new TempestError('bad-config', `${file} can't be read`, 'Check its permissions.', {
      cause: error,
    });
  }
  try {
    return parse(text);
  } catch (error) {
    const where = error instanceof TomlError ? `:${error.line}:${error.column}` : '';
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new TempestError('bad-config', `${file}${where}: ${said}`, 'Correct the TOML there.');
  }
}

function mistake(file: string, error: z.ZodError): TempestError {
  const [first] = error.issues;
  const key = first?.path.join('.') || 'the file';
  const said = (first?.message ?? '').replace(/^Invalid input: /, '');
  return new TempestError('bad-config', `${file}: ${key}: ${said}`, `Correct ${key} in ${file}.`);
}

function unknownKeys(
  file: string,
  raw: Record<string, unknown>,
  schema: z.ZodObject,
  tables: Record<string, z.ZodObject>,
): string[] {
  const unknown = Object.keys(raw).filter((key) => !(key in schema.shape));
  for (const [table, inner] of Object.entries(tables)) {
    for (const [name, entry] of Object.entries(raw[table] ?? {})) {
      const keys = Object.keys(entry ?? {}).filter((key) => !(key in inner.shape));
      unknown.push(...keys.map((key) => `${table}.${name}.${key}`));
    }
  }
  return unknown.map((key) => `${file}: ${key} means nothing here`);
}

function atHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
