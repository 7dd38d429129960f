// What became of a check, in words.
import type { Session } from '../../core/session/session.ts';

/** As in "the check …". */
export function checkResult({ state, code, stale }: NonNullable<Session['check']>): string {
  const how = state === 'failed' && code !== null ? ` with code ${code}` : '';
  const words = {
    running: 'goes on',
    passed: 'passed',
    failed: 'failed',
    cancelled: 'was cancelled',
  };
  return `${words[state]}${how}${stale ? ', before the last changes' : ''}`;
}
