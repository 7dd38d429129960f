// The setup command runs in the text that was approved, and its output is there to be seen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRepoConfig } from '../../../src/core/config.ts';
import {
  approve,
  checkOf,
  isApproved,
  type RunSetup,
  runSetup,
  setupOf,
} from '../../../src/core/worktree/setup.ts';
import { testHome } from '../../support/scratch-repo.ts';
import { until } from '../../support/until.ts';

function options(
  command: string,
  more: Partial<RunSetup> = {},
): RunSetup & { output: () => string } {
  const home = testHome();
  let text = '';
  return {
    command,
    cwd: home,
    env: { PATH: process.env.PATH, TEMPEST_PORT: '4000' },
    log: join(home, 'logs/s.log'),
    onOutput: (chunk) => {
      text += chunk;
    },
    output: () => text,
    ...more,
  };
}

const readSetup = async (home: string) => setupOf(await loadRepoConfig(home));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs it with a time limit in which it said something: on a slow machine, that is a longer one. */
async function ranTooLong(command: string): Promise<ReturnType<typeof options>> {
  for (let timeoutMs = 500; ; timeoutMs *= 4) {
    const late = options(command, { timeoutMs });
    await expect(runSetup(late)).rejects.toMatchObject({
      message: expect.stringContaining('too long'),
    });
    if (late.output() !== '') return late;
  }
}

describe('approval', () => {
  it('hazard 11: is for one text in one repository', async () => {
    const home = testHome();
    const file = join(home, 'state/approvals.json');
    expect(await readSetup(home)).toBeNull();
    writeFileSync(join(home, '.tempest.toml'), 'setup = "npm ci"\n');
    const setup = await readSetup(home);
    expect(setup?.command).toBe('npm ci');
    const hash = setup?.hash ?? '';
    expect(await isApproved(file, home, hash)).toBe(false);
    await Promise.all([
      approve(file, home, hash),
      approve(file, '/other', 'x'),
      approve(file, home, 'y'),
    ]);
    expect(await isApproved(file, home, hash)).toBe(true);
    expect(await isApproved(file, home, 'y')).toBe(true);
    expect(await isApproved(file, '/other', hash)).toBe(false);
    writeFileSync(join(home, '.tempest.toml'), 'setup = ["npm ci", "rm -rf /"]\n');
    const changed = await readSetup(home);
    expect(changed?.command).toBe('npm ci\nrm -rf /');
    expect(await isApproved(file, home, changed?.hash ?? '')).toBe(false);
    // The same words, run at another moment, are another matter.
    writeFileSync(join(home, '.tempest.toml'), 'check = "npm ci"\n');
    const check = checkOf(await loadRepoConfig(home));
    expect(check?.command).toBe('npm ci');
    expect(await isApproved(file, home, check?.hash ?? '')).toBe(false);
  });

  it("is not lost to a file that can't be understood", async () => {
    const file = join(testHome(), 'approvals.json');
    writeFileSync(file, '{broken');
    await expect(approve(file, '/r', 'x')).rejects.toMatchObject({ kind: 'io-failed' });
    expect(readFileSync(file, 'utf8')).toBe('{broken');
  });
});

describe('running', () => {
  it('shows the output, keeps it in the log, gives the environment', async () => {
    const o = options('echo out $TEMPEST_PORT; echo err >&2; printf "\\303\\251"');
    await runSetup(o);
    expect(o.output()).toContain('out 4000\n');
    expect(o.output()).toContain('err\n');
    expect(o.output()).toContain('é');
    expect(readFileSync(o.log, 'utf8')).toBe(o.output());
    await runSetup(o);
    expect(readFileSync(o.log, 'utf8')).toBe(o.output());
  });

  it('fails with the last lines, at the first command of a list that fails', async () => {
    const o = options('echo before\nfalse\necho never');
    await expect(runSetup(o)).rejects.toMatchObject({
      kind: 'setup-failed',
      message: 'the setup command ended with code 1:\nbefore',
      hint: expect.stringContaining(o.log),
    });
    await expect(runSetup(options('x', { cwd: '/nowhere' }))).rejects.toMatchObject({
      kind: 'setup-failed',
    });
  });

  it('ends the whole group on cancellation, at the limit, and when it is done', async () => {
    const command = 'trap "" TERM; sleep 600 & echo pid $! $$; wait; sleep 600';
    const stop = new AbortController();
    const cancelled = options(command, { signal: stop.signal });
    const running = runSetup(cancelled);
    const failed = expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    await until(() => /pid \d+ \d+\n/.test(cancelled.output()), { what: 'the pids' });
    stop.abort();
    await failed;
    const late = await ranTooLong(command);
    const left = options('sleep 600 & echo pid $! $!');
    await runSetup(left);
    for (const { output } of [cancelled, late, left]) {
      const pids = /pid (\d+) (\d+)/.exec(output())?.slice(1).map(Number) ?? [];
      expect(pids).toHaveLength(2);
      for (const pid of pids) await until(() => !isAlive(pid), { what: `${pid} to end` });
    }
  });
});
