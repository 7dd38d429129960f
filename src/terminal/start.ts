// Starts the terminal host, or finds the one that runs.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectHost } from './client.ts';
import type { TerminalHost } from './protocol.ts';

export interface StartHostOptions {
  /** Path of the host's socket. */
  socket: string;
  /** Path of the built host, `dist/terminal-host.js`. */
  program: string;
  /** File that the host's complaints are added to. */
  log: string;
  /** Whose environment the host gets; what belongs to a session is left out. */
  env?: NodeJS.ProcessEnv;
}

/** What parsing leaves behind is short-lived and small: more room for it would only stay taken. */
const memoryFlags = ['--max-semi-space-size=4'];
const readyWithinMs = 15_000;
const attempts = 5;

/**
 * Connects to the running host, and starts one where there is none: in a session of its own, in `/`, holding
 * nothing of the caller's. Of several callers at once, one starts it and all get the same.
 * @throws an Error with the host's own words when it can't be started
 */
export async function startHost(options: StartHostOptions): Promise<TerminalHost> {
  let failure: unknown;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const running = await connectHost(options.socket).catch((error: unknown) => {
      failure = error;
      return null;
    });
    if (running) return running;
    if (attempt > 0) await delay(50 * attempt);
    await launch(options);
  }
  throw failure;
}

/** Resolves when a host listens: this one, or the one that was faster. */
function launch({ socket, program, log, env = process.env }: StartHostOptions): Promise<void> {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  const logFile = openSync(log, 'a', 0o600);
  const child = spawn(process.execPath, [...memoryFlags, program, socket], {
    cwd: '/',
    detached: true,
    env: hostEnv(env),
    stdio: ['ignore', 'pipe', logFile],
  });
  closeSync(logFile);
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      clearTimeout(limit);
      child.stdout?.destroy();
      child.removeAllListeners();
      child.unref();
      if (error) reject(error);
      else resolve();
    };
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      settle(new Error(`the terminal host was not ready in time; see ${log}`));
    }, readyWithinMs);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (said.includes('ready\n')) settle();
    });
    child.once('error', settle);
    child.once('exit', (code) => {
      // 3: another one listens already.
      if (code === 3) settle();
      else settle(new Error(`the terminal host ended with code ${code}; see ${log}`));
    });
  });
}

/** A host started from within a session must not be taken for a part of it, nor be debugged with it. */
function hostEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('TEMPEST_') && name !== 'NODE_OPTIONS' && name !== 'NVIM',
  );
  return Object.fromEntries(kept);
}
