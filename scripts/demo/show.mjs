// The demo on a terminal: three sessions at work, and Neovim with the picker open.
import { makePlace } from './place.mjs';
import { prompts } from './project.mjs';

/**
 * @param {(how: { cwd: string, args: string[], env: NodeJS.ProcessEnv }) => Promise<number>} openNeovim
 * @returns {Promise<number>} Neovim's exit code
 */
export async function showDemo(openNeovim) {
  const place = await makePlace();
  try {
    const start = (/** @type {string} */ prompt) => place.tempest('new', prompt, '--agent', 'demo');
    await Promise.all(prompts.map(start));
    const look = 'set termguicolors number laststatus=2';
    return await openNeovim({
      cwd: place.repo,
      args: ['--cmd', look, '-c', 'Tempest', 'src/price.ts'],
      env: place.env,
    });
  } finally {
    await place.end();
  }
}
