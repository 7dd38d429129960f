// The arguments that make a Neovim load this very Tempest, beside whatever the person has configured.
import { resolve } from 'node:path';

const project = resolve(import.meta.dirname, '..');

/** @returns {string[]} */
export function loadTempest() {
  const folder = project.replace(/[\\ ,|"]/g, '\\$&');
  const help = `silent! helptags ${project.replace(/[\\ |"%#]/g, '\\$&')}/doc`;
  return ['--cmd', `set rtp^=${folder}`, '-c', help];
}
