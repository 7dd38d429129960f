#!/usr/bin/env node
// The `tempest` command.
import module from 'node:module';
import { run } from './run.ts';

// Node 22 and later keep the compiled code; a third of the start-up is saved.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

// The reader of a pipe may leave early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  cwd: currentFolder(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
});

/** The folder may have been removed under us: then there is none, and the root is as good. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
