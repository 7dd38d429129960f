// Opens the picker in a real Neovim and looks whether it lists the sessions.
import { join, resolve } from 'node:path';
import { loadTempest } from '../load.mjs';
import { run } from '../run.mjs';

const script = join(resolve(import.meta.dirname), 'picker.lua');

/**
 * @param {import('./place.mjs').Place} place
 * @param {string} neovim
 * @param {string[]} names
 * @returns {Promise<string>} what was seen, in one line
 * @throws {Error} with the screen when a name is missing
 */
export function pickerShows(place, neovim, names) {
  const args = ['--clean', '--headless', ...loadTempest(), '-c', `luafile ${script}`];
  const env = { ...place.env, DEMO_NAMES: names.join(' ') };
  return run(neovim, args, { cwd: place.repo, env, timeoutMs: 60_000 });
}
