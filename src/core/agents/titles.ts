// Terminal titles that begin with a symbol: `✳` at rest, a turning one at work.
import type { Reading } from './agent.ts';

const atRest = '✳';
const symbol = /^([^\p{L}\p{N}\s])\s+/u;

/** Reads titles such as `✳ Fix the login test` (at rest) and `⠐ Fix the login test` (at work). */
export function readSymbolTitle(title: string): Reading {
  const found = symbol.exec(title);
  if (!found) return { status: null, activity: title.trim() };
  const activity = title.slice(found[0].length).trim();
  return { status: found[1] === atRest ? 'idle' : 'working', activity };
}
