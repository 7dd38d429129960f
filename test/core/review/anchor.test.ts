// Quoted code is found again where it has gone, and nowhere else.
import { describe, expect, it } from 'vitest';
import { anchorAt, linesOf, locate } from '../../../src/core/review/anchor.ts';
import { random as randomFrom } from '../../support/random.ts';

const text = (...lines: string[]) => lines;
const file = text('a', 'b', 'if (x) {', '  go();', '}', 'c', 'if (y) {', '  go();', '}', 'd');

/** Comments on a range of `before`, and looks for it in `after`. */
function follow(before: string[], [start, end]: [number, number], after: string[]) {
  const found = locate(after, anchorAt(before, { start, end }), start);
  return found && [found.start, found.end];
}

describe('code that was commented on', () => {
  it('stays where it is', () => {
    expect(follow(file, [3, 5], file)).toEqual([3, 5]);
  });

  it('is followed when lines come or go above it', () => {
    expect(follow(file, [3, 5], text('new', 'lines', ...file))).toEqual([5, 7]);
    expect(follow(file, [3, 5], file.slice(1))).toEqual([2, 4]);
  });

  it('is gone when a line of it changed', () => {
    const changed = file.map((line) => (line === 'if (x) {' ? 'if (z) {' : line));
    expect(follow(file, [3, 5], changed)).toBeNull();
    expect(follow(file, [3, 5], [])).toBeNull();
  });

  it('is told from its like by what stands around it', () => {
    expect(follow(file, [8, 8], file)).toEqual([8, 8]);
    expect(follow(file, [8, 8], text('1', '2', '3', '4', ...file))).toEqual([12, 12]);
    // The first of the two moved to the end.
    const swapped = text(
      'a',
      'b',
      'c',
      'if (y) {',
      '  go();',
      '}',
      'd',
      'if (x) {',
      '  go();',
      '}',
    );
    expect(follow(file, [4, 4], swapped)).toEqual([9, 9]);
  });

  it('is the nearest of its like where the surroundings are equal', () => {
    const same = Array.from({ length: 40 }, () => 'x');
    expect(follow(same, [20, 20], same)).toEqual([20, 20]);
  });

  it('stays though its neighbour changed and its copy elsewhere has the old one', () => {
    const copy = text(...file, ...Array.from({ length: 100 }, (_, line) => `${line}`), ...file);
    const edited = copy.map((line, index) => (index === 1 ? 'B' : line));
    expect(follow(copy, [3, 5], edited)).toEqual([3, 5]);
  });

  it('is followed when it is only indented anew', () => {
    const wrapped = text('a', 'b', 'try {', '  if (x) {', '    go();', '  }', '}', 'c');
    expect(follow(file, [3, 5], wrapped)).toEqual([4, 6]);
  });

  it('is the same under other line ends, and in an encoding that only the editor knows', () => {
    const lines = linesOf('one\r\ntwo\r\nthree\r\n');
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(follow(['zero', 'two'], [2, 2], lines)).toEqual([2, 2]);
    const latin1 = linesOf(Buffer.from('a\ncaf\xe9\n', 'latin1').toString('utf8'));
    expect(locate(latin1, { quote: ['café'], before: [], after: [] }, 1)).toEqual({
      start: 2,
      end: 2,
    });
  });

  it('is found in 300 files that were shuffled around it', () => {
    const random = randomFrom(4);
    const noise = () => Array.from({ length: random(30) }, () => `n${random(5)}`);
    for (let round = 0; round < 300; round++) {
      const code = ['function f() {', `  return ${round};`, '}'];
      const [above, below] = [noise(), noise()];
      const before = [...above, ...code, ...below];
      const start = above.length + 1;
      const shifted = [...noise(), ...above.slice(random(3)), ...code, ...below, ...noise()];
      const at = shifted.indexOf('function f() {') + 1;
      expect(follow(before, [start, start + 2], shifted), `round ${round}`).toEqual([at, at + 2]);
    }
  });
});
