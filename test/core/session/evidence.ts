// Short ways to write evidence in tests.
import { type Evidence, type StatusState, statusOf } from '../../../src/core/session/status.ts';
import type { TerminalSignals } from '../../../src/terminal/protocol.ts';

const silence: TerminalSignals = {
  title: '',
  progress: null,
  notification: null,
  prompt: null,
  bell: null,
  outputAt: null,
};

function signal(changed: Partial<TerminalSignals>, generation = 1): Evidence {
  const [name] = Object.keys(changed) as (keyof TerminalSignals)[];
  return {
    kind: 'signal',
    generation,
    changed: name ?? 'title',
    signals: { ...silence, ...changed },
  };
}

/** A session that is about to have its first start. */
export const fresh: StatusState = statusOf({
  status: 'creating',
  reason: '',
  activity: '',
  question: null,
  problem: null,
  unseen: false,
  generation: 0,
  exit: null,
  statusAt: 0,
});

export const title = (text: string, generation?: number) => signal({ title: text }, generation);
export const progress = (state: number, at: number, value = 0, generation?: number) =>
  signal({ progress: { state, value, at } }, generation);
export const notify = (text: string, at: number, generation?: number) =>
  signal({ notification: { text, at } }, generation);
export const mark = (letter: string, at: number, generation?: number) =>
  signal({ prompt: { mark: letter, at } }, generation);
export const bell = (at: number, generation?: number) => signal({ bell: { at } }, generation);
export const output = (at: number, generation?: number) => signal({ outputAt: at }, generation);
export const exited = (
  generation: number,
  code: number | null,
  by: string | null = null,
): Evidence => ({ kind: 'exited', generation, exit: { code, signal: by } });
