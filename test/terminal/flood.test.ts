// What is kept of a flood makes a terminal show the same as all of it, screen and scrollback.
import { describe, expect, it } from 'vitest';
import { makeFlood } from '../../src/terminal/flood.ts';
import { innerOf, newTerminal } from '../../src/terminal/xterm.ts';
import { type Random, randomFrom } from './random.ts';

const cols = 20;
const rows = 8;

/** What a terminal shows that was written to before, with as many lines as the flood keeps. */
function shown(parts: readonly Buffer[], lines: number): string[] {
  const terminal = newTerminal(cols, rows, lines - rows);
  for (const part of [Buffer.from('before it\r\n half'), ...parts])
    innerOf(terminal).writeSync(part);
  const { active } = terminal.buffer;
  const text = Array.from({ length: active.length }, (_, y) =>
    active.getLine(y)?.translateToString(true),
  );
  terminal.dispose();
  return [...text.map(String), `${active.cursorX} ${active.cursorY}`];
}

/** Numbered lines, some longer than the terminal is wide, some without a carriage return, in pieces of any length. */
function pieces({ below }: Random, lines: number): Buffer[] {
  const text = Array.from({ length: lines }, (_, n) => {
    const line = `${n}${'é'.repeat(below(100) === 0 ? below(60) : 0)}`;
    return `${line}${below(50) === 0 ? '\n' : '\r\n'}`;
  }).join('');
  const all = Buffer.from(`${text}${below(2) === 0 ? 'last' : ''}`);
  const chunks: Buffer[] = [];
  for (let at = 0; at < all.length; ) {
    const length = 1 + below(below(2) === 0 ? 64 : 4096);
    chunks.push(all.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

describe('a flood of plain text', () => {
  it.each([1, 2, 3, 4, 5, 6])('keeps what can be seen of it (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const chunks = pieces(random, 9_000 + random.below(20_000));
    const flood = makeFlood();
    for (const chunk of chunks) expect(flood.push(chunk)).toBe(true);
    // As many lines as are wanted, and the rest of the piece that they begin in.
    expect(flood.all().toString().split('\n').length).toBeLessThan(13_000);
    expect(shown([flood.all()], 10_000)).toEqual(shown(chunks, 10_000));
    const last = flood.last(rows);
    if (last) expect(shown([last], rows)).toEqual(shown(chunks, rows));
  });

  it('takes nothing but plain text, nor lines so long that little could be left out', () => {
    expect(makeFlood().push(Buffer.from('\x1b[31mred\r\n'))).toBe(false);
    const flood = makeFlood();
    const long = Buffer.from(`${'x'.repeat(78)}\r\n`.repeat(100));
    let taken = 0;
    while (flood.push(long)) taken += 1;
    expect(flood.isCut).toBe(false);
    expect(flood.all()).toEqual(Buffer.concat(Array.from({ length: taken }, () => long)));
  });
});
