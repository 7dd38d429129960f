// Which version of an agent's program is installed: asked of the program itself, once.
import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';

/** How long a program may take to say it, in ms. */
const patienceMs = 10_000;
/** At a time: each is a whole runtime that comes up. */
const atOnce = 2;

export interface Versions {
  /** What is known of the program at `path`; null when it wasn't asked yet or doesn't say. */
  known(path: string): Promise<string | null>;
  /** Asks if need be. It may have changed since, by an update of itself: then it is asked anew. */
  ask(path: string, args: readonly string[]): Promise<string | null>;
}

/** `env` is the programs'. */
export function createVersions(env: NodeJS.ProcessEnv): Versions {
  const answers = new Map<string, Promise<string | null>>();
  const slots: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve());
  let turn = 0;

  const run = (path: string, args: readonly string[]) => {
    turn = (turn + 1) % atOnce;
    const answer = (slots[turn] ?? Promise.resolve()).then(() => versionOf(path, args, env));
    slots[turn] = answer;
    return answer;
  };
  return {
    async known(path) {
      return (await answers.get(await identityOf(path))) ?? null;
    },
    async ask(path, args) {
      const identity = await identityOf(path);
      const answer = answers.get(identity) ?? run(path, args);
      answers.set(identity, answer);
      return await answer;
    },
  };
}

/** What changes when another version is put in the program's place. */
async function identityOf(path: string): Promise<string> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => null);
  return `${target}\n${found?.mtimeMs}\n${found?.size}`;
}

/** The first thing in its output that looks like a version. */
function versionOf(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { env, timeout: patienceMs, killSignal: 'SIGKILL', cwd: '/' } as const;
    const child = execFile(path, [...args], options, (_, stdout, stderr) => {
      const found = /\d+\.\d+[\w.+-]*/.exec(`${stdout}\n${stderr}`);
      resolve(found?.[0] ?? null);
    });
    child.stdin?.end();
  });
}
