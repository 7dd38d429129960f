// Finds a program on PATH, without a shell.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * The absolute path of a program by the PATH of `env`; null when it isn't there or may not be run.
 * Relative entries of PATH are left out: which program they mean depends on where one stands.
 * A relative path such as `./run` is looked for in `cwd`, where the program will be started.
 */
export function locate(file: string, env: NodeJS.ProcessEnv, cwd = '/'): string | null {
  if (file === '') return null;
  if (file.includes('/')) {
    const path = resolve(cwd, file);
    return isProgram(path) ? path : null;
  }
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, file);
    if (isAbsolute(folder) && isProgram(path)) return path;
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
