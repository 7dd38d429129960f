// What docs/recovery.md says, row by row, and its commands run as they stand there: by a shell, or typed in Neovim.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { program } from '../../cli/support/tempest.ts';
import { startEditor } from '../../nvim/support/editor.ts';
import type { Sandbox } from '../sandbox.ts';

export interface Way {
  /** The first cell: what is got over. */
  after: string;
  /** One of the ways that the last cell names: its commands, in their order. */
  commands: string[];
}

/** What stands for the names that a person fills in. */
export type Names = Partial<Record<'ID' | 'N' | 'PATH', string>>;

/** The rows of the page's table; ways are divided by "or" between two commands. What is no command is left out. */
export function documentedWays(): Way[] {
  const page = readFileSync(resolve('docs/recovery.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| [^-]/.test(line));
  return rows.slice(1).flatMap((row) => {
    const [, after = '', , how = ''] = row.split(/ +\| *|^\| /);
    return how.split(/(?<=`) or (?=`)/).map((way) => {
      const spans = [...way.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
      return { after, commands: spans.filter((text) => /^(tempest |git |:)/.test(text)) };
    });
  });
}

/** Runs one command with its names filled in; gives what it prints. Throws when it fails. */
export async function run(
  box: Sandbox,
  cwd: string,
  command: string,
  names: Names,
): Promise<string> {
  const filled = command.replace(/\b(ID|N|PATH)\b/g, (name) => names[name as keyof Names] ?? name);
  if (filled.startsWith(':')) {
    await typed(box, cwd, filled);
    return '';
  }
  const bin = join(box.root, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'tempest'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'tempest'), 0o755);
  const env = { ...box.env, PATH: `${bin}${delimiter}${box.env.PATH}` };
  const { stdout } = await promisify(execFile)('sh', ['-c', filled], { cwd, env });
  return stdout;
}

/** Where it asks which, the newest is meant. */
async function typed(box: Sandbox, cwd: string, command: string): Promise<void> {
  const nvim = await startEditor({ sandbox: box, cwd, cols: 140, rows: 30 });
  await nvim.feed(`${command}<CR>`);
  if (command.startsWith(':TempestRewind')) {
    await nvim.waitForText(/Back to/);
    await nvim.feed('1<CR>');
    await nvim.waitForText(/go back/);
    await nvim.feed('y');
  }
  await nvim.waitForText(/is back|is as it was|restored/);
  await nvim.kill();
}
