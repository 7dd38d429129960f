// The key that leaves a session, in whatever form a terminal sends it.
import { describe, expect, it } from 'vitest';
import { keyFinder, parseKey, usualKey } from '../../src/cli/detach-key.ts';

const find = (key: string, input: string) => keyFinder(parseKey(key) ?? 0)(Buffer.from(input));

describe('Ctrl-] is found', () => {
  it.each([
    ['as a control byte', '\x1d'],
    ["by kitty's protocol", '\x1b[93;5u'],
    ['with caps lock and num lock on', '\x1b[93;197u'],
    ['with event types', '\x1b[93;5:1u'],
    ['held down', '\x1b[93;5:2u'],
    ['with the shifted key', '\x1b[93:125;5u'],
    ['where it lies on another layout', '\x1b[43::93;5u'],
    ['with its text', '\x1b[93;5;29u'],
    ["by xterm's modifyOtherKeys", '\x1b[27;5;93~'],
  ])('%s', (_, sequence) => {
    expect(find('ctrl-]', sequence)).toBe(0);
    // Counted in bytes, and the first of two.
    expect(find('ctrl-]', `hé\x1b[A${sequence}x\x1d\x1b[93;5u`)).toBe(6);
  });
});

it.each([
  ['the letter', ']'],
  ['its release', '\x1b[93;5:3u'],
  ['with shift', '\x1b[93;6u'],
  ['with alt', '\x1b[93;7u'],
  ['without control', '\x1b[93u'],
  ['another key', '\x1b[92;5u'],
  ['another key of which its number is the start', '\x1b[931;5u'],
  ['another key by modifyOtherKeys', '\x1b[27;5;94~'],
  ['a mouse report', '\x1b[<93;5;93M'],
])('no other is taken for it: %s', (_, input) => {
  expect(find('ctrl-]', input)).toBe(-1);
});

it('another key can be chosen, and is found in the same forms', () => {
  expect(parseKey('ctrl-]')).toBe(usualKey);
  for (const input of ['\x11', '\x1b[113;5u', '\x1b[27;5;113~']) {
    expect(find('ctrl-q', input)).toBe(0);
    expect(find('^\\', input)).toBe(-1);
  }
  expect(find('^\\', '\x1b[92;5u')).toBe(0);
});
