// Text given as an argument, or as `-` on standard input.
import { buffer } from 'node:stream/consumers';
import type { Context } from './context.ts';

/** `text` itself; for `-` all of standard input, without its final line end. */
export async function textOrStdin({ stdin }: Context, text: string): Promise<string> {
  if (text !== '-') return text;
  const bytes = await buffer(stdin);
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}
