// Long output through the pager that git itself would use (git-config(1), core.pager).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { gitTry } from '../core/git.ts';
import type { Context } from './context.ts';

export interface Paged {
  /** Waits while the reader is behind; gives false once the reader has had enough. */
  write(chunk: Uint8Array): Promise<boolean>;
  /** Waits until the person has left the pager. */
  end(): Promise<void>;
}

/** Standard output: through the pager on a terminal, directly otherwise. */
export async function openPager(context: Context): Promise<Paged> {
  const pager = context.stdout.isTTY ? await pagerOf(context) : '';
  return pager && pager !== 'cat' ? throughPager(pager, context) : directly(context.stdout);
}

/** Git's own last resort, as far as it is installed. */
const fallback = 'if command -v less >/dev/null; then exec less; else exec cat; fi';

/** As git chooses: `GIT_PAGER`, `pager.diff`, `core.pager`, `PAGER`, its own; '' for none. */
async function pagerOf({ cwd, env }: Context): Promise<string> {
  if (env.GIT_PAGER !== undefined) return env.GIT_PAGER;
  const forDiff = await setting(cwd, 'pager.diff');
  if (forDiff === 'false') return '';
  if (forDiff && forDiff !== 'true') return forDiff;
  return (await setting(cwd, 'core.pager')) ?? env.PAGER ?? fallback;
}

async function setting(cwd: string, key: string): Promise<string | null> {
  const { code, stdout } = await gitTry(['config', '--get', key], { cwd });
  return code === 0 ? stdout.toString().replace(/\n$/, '') : null;
}

function throughPager(pager: string, { env, cwd }: Context): Paged {
  // The person's own setting is a line of shell, as it is for git.
  const child = spawn('sh', ['-c', pager], {
    cwd,
    env: { LESS: 'FRX', LV: '-c', ...env, GIT_PAGER_IN_USE: '1' },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const closed = once(child, 'close');
  // Ctrl-C is for the pager, which shows as much as it has.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  let open = true;
  child.stdin.on('error', () => {
    open = false;
  });
  child.on('close', () => {
    open = false;
  });
  return {
    async write(chunk) {
      if (open && !child.stdin.write(chunk)) {
        await Promise.race([once(child.stdin, 'drain').catch(() => {}), closed]);
      }
      return open;
    },
    async end() {
      child.stdin.end();
      await closed;
      process.off('SIGINT', ignore);
    },
  };
}

function directly(stdout: NodeJS.WriteStream): Paged {
  return {
    async write(chunk) {
      if (!stdout.write(chunk)) await once(stdout, 'drain');
      return true;
    },
    async end() {},
  };
}
