// Who signs the commits that Tempest itself makes, when the person has told git no name.
import { gitTry } from '../git.ts';

const neutral = { NAME: 'Tempest', EMAIL: 'tempest@localhost' };

/**
 * Environment for a commit made on a person's behalf: empty when git knows a name and an address,
 * else a neutral identity, for this one commit only. `caller` is the person's environment, if it isn't ours. Nothing is written to any config.
 */
export async function identity(
  cwd: string,
  caller?: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const known = await Promise.all(
    ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT'].map((name) =>
      gitTry(['var', name], { cwd, caller }),
    ),
  );
  return known.every((answer) => answer.code === 0) ? {} : ownIdentity();
}

/** The neutral identity, for commits that are Tempest's own and no part of anybody's history. */
export function ownIdentity(): Record<string, string> {
  return Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(neutral).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    ),
  );
}
