// Text given as an argument, or as `-` on standard input.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Context } from './context.ts';
import { UsageError } from './failure.ts';

/** `text` itself; for `-` all of standard input, without its final line end. */
export async function textOrStdin(context: Context, text: string): Promise<string> {
  return text === '-' ? withoutLastEnd(await buffer(context.stdin)) : text;
}

/** What is in the file at `path`, or for `-` on standard input; without its final line end. */
export async function fileOrStdin({ stdin, cwd }: Context, path: string): Promise<string> {
  return withoutLastEnd(await (path === '-' ? buffer(stdin) : readFile(resolve(cwd, path))));
}

function withoutLastEnd(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}

/** The number that a person typed. Throws a UsageError that names `what`. */
export function wholeNumber(typed: string, what: string): number {
  if (/^\d{1,9}$/.test(typed)) return Number(typed);
  throw new UsageError(`${what} is a number, not ${JSON.stringify(typed)}`);
}
