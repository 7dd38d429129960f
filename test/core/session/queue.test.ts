// The moves that can be made with a queue.
import { describe, expect, it } from 'vitest';
import {
  add,
  begin,
  done,
  edit,
  emptyQueue,
  hold,
  holdItem,
  move,
  needAgent,
  next,
  onItsWay,
  putBack,
  remove,
  shown,
} from '../../../src/core/session/queue.ts';

const three = ['a', 'b', 'c'].reduce((queue, text) => add(queue, { text }, 1), emptyQueue);
const texts = (queue: typeof three) => queue.items.map(({ text }) => text).join('');
const byPerson = { why: 'person', text: 'Held by you' } as const;

describe('a queue', () => {
  it('is added to at its end or at a place, and no id comes twice', () => {
    const queue = add(remove(three, '3'), { text: 'x', at: 0 }, 2);
    expect(texts(queue)).toBe('xab');
    expect(queue.items.map(({ id }) => id)).toEqual(['4', '1', '2']);
    expect(texts(add(three, { text: 'x', at: 99 }, 2))).toBe('abcx');
  });

  it('can be edited and put into another order', () => {
    expect(texts(edit(three, '2', 'B'))).toBe('aBc');
    expect(texts(move(three, '3', 0))).toBe('cab');
    expect(texts(move(three, '1', 2))).toBe('bca');
    expect(texts(move(three, '1', 99))).toBe('bca');
    expect(() => edit(three, '9', 'x')).toThrow(expect.objectContaining({ kind: 'unknown-item' }));
  });

  it('gives its first item that is not held, and none while it is held itself', () => {
    expect(next(three)?.text).toBe('a');
    expect(next(holdItem(three, '1', true))?.text).toBe('b');
    expect(next(hold(three, byPerson))).toBeNull();
    expect(next(hold(hold(three, byPerson), null))?.text).toBe('a');
    expect(next(emptyQueue)).toBeNull();
  });

  it('gives no second item while one is on its way, which can only be removed', () => {
    const sending = begin(three, '1', 5);
    expect(next(sending)).toBeNull();
    expect(onItsWay(sending)?.text).toBe('a');
    expect(shown(sending).items.map((item) => item.sending)).toEqual([true, false, false]);
    for (const change of [() => edit(sending, '1', 'x'), () => move(sending, '1', 1)]) {
      expect(change).toThrow(expect.objectContaining({ kind: 'wrong-state' }));
    }
    expect(texts(done(sending, '1'))).toBe('bc');
    expect(texts(remove(sending, '1'))).toBe('bc');
    expect(texts(done(done(sending, '1'), '1'))).toBe('bc');
  });

  it('keeps what was not taken, and holds itself', () => {
    const back = putBack(begin(three, '1', 5), '1', { why: 'unknown', text: 'who knows' });
    expect(texts(back)).toBe('abc');
    expect([next(back), onItsWay(back)]).toEqual([null, null]);
    expect(next(hold(back, null))?.text).toBe('a');
  });

  it('hazard 12: is refused to a command, which may be a shell', () => {
    expect(() => needAgent({ command: ['sh'] })).toThrow(
      expect.objectContaining({ kind: 'wrong-state' }),
    );
    expect(() => needAgent({ command: null })).not.toThrow();
  });
});
