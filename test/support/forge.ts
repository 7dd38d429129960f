// A repository on a forge, as far as its remote tells, and a stand-in for the forge's own command line.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Sandbox } from './sandbox.ts';

/** Gives `repo` an `origin` on that host, whose pushes go to a repository in the sandbox. Returns that one's path. */
export async function remoteOn(box: Sandbox, repo: string, host: string): Promise<string> {
  const remote = await box.repo({ path: 'remote.git', files: {} });
  await box.git(repo, 'remote', 'add', 'origin', `git@${host}:o/r.git`);
  await box.git(repo, 'remote', 'set-url', '--push', 'origin', remote);
  return remote;
}

export interface StandIn {
  /** A PATH on which it comes first. */
  path: string;
  /** Of its only run: the folder it ran in, then its arguments. */
  call(): string[];
}

/** A program that records how it was run, then does as `script` says. */
export function standIn(box: Sandbox, name: string, script: string): StandIn {
  const folder = join(box.root, 'bin');
  const log = join(box.root, `${name}.log`);
  mkdirSync(folder, { recursive: true });
  const text = `#!/bin/sh\nprintf '%s\\0' "$PWD" "$@" >> '${log}'\n${script}\n`;
  writeFileSync(join(folder, name), text, { mode: 0o755 });
  return {
    path: `${folder}${delimiter}${box.env.PATH}`,
    call: () => readFileSync(log, 'utf8').split('\0').slice(0, -1),
  };
}
