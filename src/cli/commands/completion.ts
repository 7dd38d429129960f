// `tempest completion`: prints the script that the package carries for a shell.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handler } from '../context.ts';
import { UsageError } from '../failure.ts';
import { packageRoot } from '../package.ts';

const scripts = new Map([
  ['bash', 'tempest.bash'],
  ['zsh', '_tempest'],
  ['fish', 'tempest.fish'],
]);

export const run: Handler<'completion'> = async ({ args: { shell } }, { stdout }) => {
  const script = scripts.get(shell);
  if (!script) {
    throw new UsageError(`no completion for '${shell}'`, 'There is bash, zsh and fish.');
  }
  stdout.write(await readFile(join(packageRoot(), 'completions', script), 'utf8'));
};
