import { expect, it } from 'vitest';
import { watchOver } from '../../src/rpc/watch.ts';
import { manualClock } from '../support/clock.ts';

const minute = 60_000;

function watched() {
  const clock = manualClock();
  const state = { clients: 0, busy: false, holds: true, reachable: true, stops: [] as string[] };
  watchOver({
    clock,
    idleMs: 10 * minute,
    lock: { holds: () => state.holds },
    server: {
      get clients() {
        return state.clients;
      },
      reachable: () => state.reachable,
    },
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

it('ends within a minute when its lock or its socket was removed', () => {
  for (const gone of ['holds', 'reachable'] as const) {
    const { clock, state } = watched();
    state.clients = 1;
    state[gone] = false;
    clock.advance(minute);
    expect(state.stops).toHaveLength(1);
  }
});
