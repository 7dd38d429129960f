// The message of a commit: as typed, as the agent said it last, or as the person writes it in their editor.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git } from '../core/git.ts';
import type { Context } from './context.ts';
import type { Daemon } from './daemon.ts';
import { UsageError } from './failure.ts';
import { textOrStdin } from './input.ts';
import type { Which } from './which.ts';

export interface MessageOptions {
  message: string | undefined;
  last: boolean;
  edit: boolean;
}

/** Undefined: the daemon's own choice, the session's prompt. @throws UsageError when there is none, or an empty one. */
export async function commitMessage(
  context: Context,
  daemon: Daemon,
  which: Which,
  { message, last, edit }: MessageOptions,
): Promise<string | undefined> {
  if (message !== undefined && last)
    throw new UsageError('--message and --last exclude each other');
  if (message === undefined && !last && !edit) return undefined;
  const words = await daemon.request('session/message', which);
  if (last && words.last === '') {
    throw new UsageError('the agent has said nothing yet', 'Say it yourself, with --message.');
  }
  const typed = message === undefined ? undefined : await textOrStdin(context, message);
  const text = typed ?? (last ? words.last : (words.merge ?? words.prompt));
  const written = edit ? await edited(context, text) : text;
  if (written.trim() === '') throw new UsageError('the message is empty', 'Nothing was done.');
  return written;
}

/** As git's own: a message may have lines that begin with #. */
const scissors = '# ------------------------ >8 ------------------------';
const note = `\n\n${scissors}\n# All from the line above is left out; an empty message ends this.\n`;

async function edited(context: Context, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tempest-message-'));
  try {
    // The name by which editors know what it is.
    const file = join(folder, 'COMMIT_EDITMSG');
    await writeFile(file, text + note);
    const editor = await editorOf(context);
    // As git does: an editor may have arguments. The file's name is none of the shell's business.
    const child = spawn('sh', ['-c', `${editor} "$@"`, editor, file], {
      cwd: context.cwd,
      env: context.env,
      stdio: 'inherit',
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new UsageError(`the editor ${editor} ended with code ${code}`);
    const lines = (await readFile(file, 'utf8')).split('\n');
    const end = lines.indexOf(scissors);
    return lines
      .slice(0, end === -1 ? undefined : end)
      .join('\n')
      .trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the order of git (git-var(1)). */
async function editorOf({ env, cwd }: Context): Promise<string> {
  const set = await git(['config', 'core.editor'], { cwd }).catch(() => '');
  return env.GIT_EDITOR || set.trim() || env.VISUAL || env.EDITOR || 'vi';
}
