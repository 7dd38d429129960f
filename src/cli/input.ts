// Text given as an argument, or as `-` on standard input.

import { buffer } from 'node:stream/consumers';
import type { Context } from './context.ts';
import { UsageError } from './failure.ts';

/** `text` itself; for `-` all of standard input, without its final line end. */
export async function textOrStdin({ stdin }: Context, text: string): Promise<string> {
  if (text !== '-') return text;
  const bytes = await buffer(stdin);
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}

/** The number that a person typed. Throws a UsageError that names `what`. */
export function wholeNumber(typed: string, what: string): number {
  if (/^\d{1,9}$/.test(typed)) return Number(typed);
  throw new UsageError(`${what} is a number, not ${JSON.stringify(typed)}`);
}
