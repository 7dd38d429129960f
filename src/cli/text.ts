// Text from agents, prompts and files, made safe and fitting for one line of a terminal.
import { stripVTControlCharacters } from 'node:util';
import type { Usage } from '../core/agents/event.ts';

/** Everything on one line, without escape sequences or control characters. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
}

/** `12s`, `5m`, `3h`, `9d`: how long ago, in the largest whole unit. Times in ms since 1970. */
export function age(since: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** `950`, `12k`, `3.4M`. */
export function tokens(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** `12k $0.42`: the tokens that were not read from a cache, and US dollars where they are known. */
export function spent({ input, output, cost }: Usage): string {
  const money = cost === null ? '' : ` $${cost.toFixed(2)}`;
  return `${tokens(input + output)}${money}`;
}

/** Each line moved in, with control characters shown as what they are: nothing may hide. */
export function indentText(text: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `    ${line.replace(/[\p{Cc}\p{Cf}]/gu, visible)}`)
    .join('\n');
}

function visible(character: string): string {
  if (character === '\t') return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
