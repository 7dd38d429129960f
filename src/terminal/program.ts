// Finds the program to start, so that a mistake is an answer and not a terminal that exits at once.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { SpawnSpec } from './protocol.ts';

/** Linux takes no single argument longer than this (`execve(2)`, MAX_ARG_STRLEN), end mark included. */
const longestArgument = 131_072;

/**
 * The absolute path of the program, looked for on the PATH of its own environment.
 * @throws an Error that names the folder, the program or the argument that is wrong
 */
export function findProgram({ file, args, cwd, env }: SpawnSpec): string {
  if (!isAbsolute(cwd) || !isFolder(cwd)) throw new Error(`there is no folder ${cwd}`);
  const long = args.find((arg) => Buffer.byteLength(arg) >= longestArgument);
  if (long !== undefined) {
    throw new Error(`an argument for ${file} is too long: ${Buffer.byteLength(long)} bytes`);
  }
  if (file.includes('/')) {
    const path = resolve(cwd, file);
    if (isProgram(path)) return path;
    throw new Error(`there is no program ${path}`);
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const found = folders.map((folder) => join(folder, file)).find(isProgram);
  if (file === '' || !found) throw new Error(`there is no program ${file} on the PATH`);
  return found;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
