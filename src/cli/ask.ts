// A question to the person at the terminal.
import { createInterface } from 'node:readline';
import type { Context } from './context.ts';

/** Asks on standard error; anything but a clear yes is a no, Ctrl-C and Ctrl-D included. */
export async function askYesNo({ stdin, stderr }: Context, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.question(`${question} [y/N] `, resolve);
      lines.once('SIGINT', () => lines.close());
      lines.once('close', () => resolve(''));
    });
    if (answer === '') stderr.write('\n');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
