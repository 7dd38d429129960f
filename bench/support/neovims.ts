// The Neovims that the bench runs in, and a program in the terminal of one of them.
import { debianReleases } from '../../scripts/debian/neovim.mjs';
import { findNeovim } from '../../scripts/neovim.mjs';
import type { Invocation } from './viewer.ts';

export interface Neovim {
  path: string;
  version: string;
}

/** Those the tests run on, the newest first; else the one that is installed. */
export async function neovims(): Promise<Neovim[]> {
  const wanted = debianReleases.map(({ suite }) => findNeovim({ suite }));
  const found = (await Promise.allSettled(wanted)).flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  return found.length > 0 ? found : [await findNeovim()];
}

/** Nothing but the terminal is on the screen, so that nothing else is drawn. */
const bareScreen = 'set laststatus=0 noruler noshowcmd noshowmode shortmess+=I';

/** The program in a `:terminal` that fills Neovim's screen, in terminal mode. */
export function inTerminalOf({ path }: Neovim, { file, args }: Invocation): Invocation {
  const words = [file, ...args].map((word) => `'${word.replaceAll("'", "''")}'`).join(', ');
  const open = `call termopen([${words}])`;
  return { file: path, args: ['--clean', '-c', bareScreen, '-c', open, '-c', 'startinsert'] };
}
