// Finds the session a person means: by id, by name, by the beginning of the id.
import { TempestError } from '../errors.ts';
import type { SessionRecord } from './record.ts';

const shortestPrefix = 3;

/**
 * Looks among `records` for `which`: an exact id, then a name in the repository at `root`,
 * then a name anywhere, then the beginning of an id. Throws `unknown-session` or `ambiguous-session`.
 */
export function findSession(
  records: SessionRecord[],
  which: string,
  root: string | null,
): SessionRecord {
  const exact = records.find((record) => record.id === which);
  if (exact) return exact;
  const named = records.filter((record) => record.name === which);
  const candidates = [
    named.filter((record) => record.repo === root),
    named,
    which.length >= shortestPrefix ? records.filter((record) => record.id.startsWith(which)) : [],
  ].find((found) => found.length > 0);
  if (!candidates) {
    throw new TempestError(
      'unknown-session',
      `no session ${JSON.stringify(which)}`,
      'See `tempest list`, `:Tempest` for those there are.',
    );
  }
  const [only, ...others] = candidates;
  if (only && others.length === 0) return only;
  const ids = candidates.map((record) => `${record.id} (${record.repo})`).join(', ');
  throw new TempestError(
    'ambiguous-session',
    `${JSON.stringify(which)} may mean ${ids}`,
    'Name it by its id.',
  );
}
