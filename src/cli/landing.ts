// What is about to be done, shown to the person at a terminal, who then says yes or no.
import { TempestError } from '../core/errors.ts';
import type { Result } from '../rpc/protocol.ts';
import { askYesNo } from './ask.ts';
import { type Context, isInteractive } from './context.ts';
import { Exit, exitCodes } from './failure.ts';
import { oneLine } from './text.ts';

type Plan = Pick<Result<'commit/plan'>, 'changes' | 'files'> & {
  commits?: number;
  subjects?: string[];
};

/** Longer lists are cut: all of it is in `tempest diff`, or `--preview --json`. */
const mostLines = 40;

/** `1 commit`, `2 commits`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3 files, +1 -2` */
export function countedFiles({ files, added, removed }: Plan['changes']): string {
  return `${counted(files, 'file')}, +${added} -${removed}`;
}

/** The commits by their first lines, then the files with their counts. */
export function landingLines({ commits = 0, subjects = [], changes, files }: Plan): string[] {
  const names = files.map((file) => {
    const name = file.oldPath ? `${file.oldPath} → ${file.path}` : file.path;
    const letter = file.status === 'type-changed' ? 'T' : file.status.charAt(0).toUpperCase();
    return `  ${letter} ${oneLine(name)}  ${file.binary ? 'binary' : `+${file.added} -${file.removed}`}`;
  });
  return [
    ...cut(
      subjects.map((subject) => `  * ${oneLine(subject)}`),
      commits,
    ),
    ...cut(names, changes.files),
  ];
}

function cut(lines: string[], all: number): string[] {
  const shown = lines.slice(0, mostLines);
  const more = Math.max(all, lines.length) - shown.length;
  return more > 0 ? [...shown, `  … and ${more} more`] : shown;
}

/** As many names of files as a line holds. */
const mostNamed = 3;

/** The error of a conflict, with the files that it names a line each where they are many. */
export function listed(error: TempestError, files: string[]): TempestError {
  const named = files.join(', ');
  if (files.length <= mostNamed || !error.message.endsWith(named)) return error;
  const what = error.message.slice(0, -named.length);
  const lines = files.map((file) => `\n    ${oneLine(file)}`);
  return new TempestError(error.kind, `${what}${files.length} files:${lines.join('')}`, error.hint);
}

/** Whether the person is to be shown what would be done, and asked. */
export function isAsked(context: Context, { yes }: { yes: boolean }): boolean {
  return isInteractive(context) && !yes;
}

/** Shows the lines, and asks. A no ends the command, with nothing done. */
export async function agree(context: Context, lines: string[], question: string): Promise<void> {
  context.stderr.write(`${lines.join('\n')}\n`);
  if (!(await askYesNo(context, question))) throw new Exit(exitCodes.failed);
}
