// Answers an agent's question as a person does: attaches to its terminal, reads, types, leaves.
import { join, resolve } from 'node:path';
import { spawn } from '@lydell/node-pty';

const cli = join(resolve(import.meta.dirname, '../..'), 'dist/cli.js');

/**
 * @param {import('./place.mjs').Place} place
 * @param {string} session
 * @param {{ question: RegExp, keys: string }} what `keys` are typed once `question` is on the screen
 * @returns {Promise<void>} resolves when detached again
 */
export function answer(place, session, { question, keys }) {
  const terminal = spawn(process.execPath, [cli, 'attach', session], {
    cols: 100,
    rows: 30,
    cwd: place.repo,
    env: place.env,
  });
  const detach = '\x1d';
  return new Promise((done, fail) => {
    let screen = '';
    let typed = false;
    const limit = setTimeout(() => {
      terminal.kill();
      fail(new Error(`the terminal of ${session} showed no ${question}`));
    }, 20_000);
    terminal.onData((text) => {
      screen += text;
      if (typed || !question.test(screen)) return;
      typed = true;
      terminal.write(keys);
      terminal.write(detach);
    });
    terminal.onExit(({ exitCode }) => {
      clearTimeout(limit);
      if (exitCode === 0 && typed) done();
      else fail(new Error(`tempest attach ${session} ended with ${exitCode}`));
    });
  });
}
