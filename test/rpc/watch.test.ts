import { expect, it } from 'vitest';
import { watchOver } from '../../src/rpc/watch.ts';
import { manualClock } from '../support/clock.ts';

const minute = 60_000;

function watched() {
  const clock = manualClock();
  const state = {
    ...{ clients: 0, busy: false, holds: true, reachable: true, tries: 0, canListen: true },
    stops: [] as string[],
    changed: () => {},
  };
  watchOver({
    clock,
    idleMs: 10 * minute,
    lock: { holds: () => state.holds },
    server: {
      get clients() {
        return state.clients;
      },
      reachable: () => state.reachable,
      onChange: (listener) => {
        state.changed = listener;
      },
      listenAgain: async () => {
        state.tries += 1;
        if (!state.canListen) throw new Error('no such folder');
        state.reachable = true;
      },
    },
    log: () => {},
    busy: () => state.busy,
    stop: (why) => state.stops.push(why),
  });
  return { clock, state };
}

it('hazard 19: ends after ten minutes with no client and no running agent, once', () => {
  const { clock, state } = watched();
  clock.advance(10 * minute - 1);
  expect(state.stops).toEqual([]);
  clock.advance(60 * minute);
  expect(state.stops).toEqual(['idle']);
});

it('stays while a client is there or an agent runs, and counts anew afterwards', () => {
  const { clock, state } = watched();
  clock.advance(9 * minute);
  state.clients = 1;
  clock.advance(60 * minute);
  state.clients = 0;
  state.busy = true;
  clock.advance(60 * minute);
  state.busy = false;
  clock.advance(9 * minute);
  expect(state.stops).toEqual([]);
  clock.advance(minute);
  expect(state.stops).toEqual(['idle']);
});

it('hazard 31: a clock that steps back or ahead makes it neither stay nor go', () => {
  const { clock, state } = watched();
  clock.set(clock.now() - 86_400_000);
  clock.advance(5 * minute);
  clock.set(clock.now() + 2 * 86_400_000);
  clock.advance(5 * minute - 1);
  expect(state.stops).toEqual([]);
  clock.advance(1);
  expect(state.stops).toEqual(['idle']);
});

it('ends within a minute when its lock was removed', () => {
  const { clock, state } = watched();
  state.clients = 1;
  state.holds = false;
  clock.advance(minute);
  expect(state.stops).toHaveLength(1);
});

it('listens again when its socket was removed, at once where it is told, as soon as it can', async () => {
  const { clock, state } = watched();
  state.clients = 1;
  state.reachable = false;
  clock.advance(minute);
  expect(state).toMatchObject({ reachable: true, tries: 1 });
  await Promise.resolve();

  Object.assign(state, { reachable: false, canListen: false });
  state.changed();
  state.changed();
  expect(state.tries).toBe(2);
  for (const tries of [3, 4]) {
    await new Promise(setImmediate);
    clock.advance(minute / 10);
    expect(state.tries).toBe(tries);
  }
  state.canListen = true;
  await new Promise(setImmediate);
  clock.advance(minute / 10);
  expect(state).toMatchObject({ reachable: true, tries: 5, stops: [] });
});
