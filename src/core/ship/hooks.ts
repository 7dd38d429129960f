// The person's hooks: those that may refuse, and those that are told afterwards. doc/tempest.txt has which of them run when.
import { accessSync, constants } from 'node:fs';
import { TempestError } from '../errors.ts';
import { failure, type GitAnswer } from '../git.ts';
import type { AsPerson, More } from './person.ts';

/** @throws TempestError `hook-failed` with what the hook said; one that isn't there says nothing. */
export async function askHook(
  run: AsPerson,
  name: string,
  args: string[],
  more?: More,
): Promise<void> {
  const answer = await run(['hook', 'run', '--ignore-missing', name, '--', ...args], more);
  if (answer.code !== 0) throw refusal([name], answer);
}

/** What it is told of has happened: how it ends changes nothing. `input` is its standard input. */
export async function tellHook(
  run: AsPerson,
  name: string,
  { args = [], input = '' }: { args?: string[]; input?: string } = {},
): Promise<void> {
  const path = ['rev-parse', '--path-format=absolute', '--git-path', `hooks/${name}`];
  const hook = (await run(path)).stdout.toString().replace(/\n$/, '');
  if (!isProgram(hook)) return;
  // `git hook run` gives no input before git 2.42; an alias that is a command of the shell does.
  const command = [hook, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  await run(['-c', `alias.tell-hook=!${command}`, 'tell-hook'], { input });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A hook says no in its own words; so does git when it can't sign. */
export function refusal(args: string[], { code, stdout, stderr }: GitAnswer): TempestError {
  const said = `${stderr}\n${stdout.toString()}`.trim();
  if (/^fatal: |gpg failed|error: /m.test(said)) return failure(args, code, said);
  return new TempestError(
    'hook-failed',
    `a hook refused: ${said || `exit code ${code}`}`,
    'Mend what it complains of, or let the agent do it.',
  );
}
