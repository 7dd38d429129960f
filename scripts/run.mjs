// Runs a program to its end and gives back what it printed; no shell in between.
import { execFile } from 'node:child_process';

/**
 * @param {string} file
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, timeoutMs?: number }} [options]
 * @returns {Promise<string>} standard output
 * @throws {Error & { stdout: string }} whose message holds the last lines the program printed
 */
export function run(file, args, { env, cwd, timeoutMs = 300_000 } = {}) {
  return new Promise((resolve, reject) => {
    const options = { env, cwd, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = (stderr || stdout).trim().split('\n').slice(-40).join('\n');
      const how = error.killed
        ? `took longer than ${timeoutMs / 1000} s`
        : `failed (${error.code})`;
      reject(
        new Error(`${file} ${args.join(' ')} ${how}${said && `:\n${said}`}`, { cause: error }),
      );
    });
  });
}

/**
 * Whether there is such a program, and it ends well.
 * @param {string} file
 * @param {string[]} args
 */
export function answers(file, ...args) {
  return run(file, args).then(
    () => true,
    () => false,
  );
}
