// A model of an agent each of whose events, titles and bars may be lost for itself, questions among them, and of a
// person whose prompts are not always taken.
import { codexAgent } from '../../../src/core/agents/codex.ts';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { readSymbolTitle } from '../../../src/core/agents/titles.ts';
import type { Evidence, Judged } from '../../../src/core/session/status.ts';
import { random } from '../../support/random.ts';
import { progress, title } from './evidence.ts';

/** The latest that anything reaches the daemon, in ms. */
export const latest = { event: 500, signal: 200, notTaken: 11_000 };
/** How often the title turns while a turn goes on, in ms. */
export const frameMs = 900;
/** What is true, as far as it was told: one of these. */
export type Told = readonly ('working' | 'waiting' | 'idle')[];
type Known = { at: number; is: Told };
type Prompt = { kind: 'prompt'; isTaken: boolean; ms: number };
type Arrival = { at: number; evidence: Evidence | Prompt };
type Plain<E> = E extends AgentEvent ? Omit<E, 'at'> : never;

/** An agent whose title tells questions apart from rest, and one whose title does not. */
const kinds = [
  {
    agent: { readEvent: () => [], readTitle: codexAgent().readTitle ?? readSymbolTitle },
    rest: 'Fix it',
    asks: ['[ ! ] Action Required | Fix it', '[ . ] Action Required | Fix it'],
    asked: ['waiting'],
  },
  {
    agent: { readEvent: () => [], readTitle: readSymbolTitle },
    rest: '✳ Fix it',
    asks: ['✳ Fix it'],
    asked: ['waiting', 'idle'],
  },
] as const;

export interface Life {
  agent: Judged;
  known: Known[];
  arrivals: Arrival[];
  end: number;
}

/** Plays a life of some turns; gives what is known when, and what reaches the daemon when. */
export function play(seed: number): Life {
  const r = random(seed);
  const kind = kinds[r(kinds.length)] ?? kinds[0];
  const hasBar = r(2) === 0;
  const known: Known[] = [{ at: 0, is: ['idle'] }];
  const arrivals: Arrival[] = [];
  let now = 100;
  const isLost = () => r(6) === 0;
  const know = (...is: Told) => known.push({ at: now, is });
  const pass = (most: number) => {
    now += 20 + r(most);
  };
  const say = (event: Plain<AgentEvent>, ...is: Told): boolean => {
    const isSaid = !isLost();
    if (isSaid) sayFor(event, is);
    return isSaid;
  };
  const sayFor = (event: Plain<AgentEvent>, is: Told) => {
    // Longer than the clock of the files is coarse.
    now += 20;
    const evidence = { kind: 'event', generation: 1, event: { ...event, at: now } as AgentEvent };
    const arrive = () =>
      arrivals.push({ at: now + 1 + r(latest.event), evidence: evidence as Evidence });
    arrive();
    if (r(6) === 0) arrive();
    know(...is);
  };
  // Titles and bars are written in order into one stream.
  let last = { at: 0, title: '', bar: 0 };
  const write = (evidence: Evidence) => {
    const at = Math.max(last.at + 1, now + 1 + r(latest.signal));
    last = { ...last, at };
    arrivals.push({ at, evidence });
  };
  const show = (text: string, ...is: Told) => {
    // What is the same is no change, and tells nobody anything.
    if (isLost() || text === last.title) return;
    last = { ...last, title: text };
    write(title(text));
    know(...is);
  };
  const draw = (state: number, ...is: Told) => {
    if (!hasBar || isLost() || state === last.bar) return;
    last = { ...last, bar: state };
    write(progress(state, now, r(100)));
    know(...is);
  };
  let frame = 0;
  const turnOn = () => {
    frame += 1;
    show(`${'⠋⠙⠹⠸'.charAt(frame % 4)} Fix it`, 'working');
  };
  /** A while of the turn, in which the title goes on turning. */
  const work = (most: number) => {
    // What is shorter is over before anything of it can be known.
    for (
      const end = now + 2 * latest.signal + r(most);
      now < end;
      now = Math.min(end, now + frameMs)
    )
      turnOn();
  };
  const rest = () => {
    show(kind.rest, 'idle');
    draw(0, 'idle');
  };
  /** Whether its end may go unsaid: a title that goes on turning doesn't tell it, and what was said stands. */
  const ask = (id: string): boolean => {
    const isSaid = say({ kind: 'asked', question: { id, tool: 'Bash', text: 'ls' } }, 'waiting');
    // A rule of the person's has answered it before anybody saw it.
    if (r(4) === 0) return false;
    const turns = last.title;
    for (const text of kind.asks) show(text, ...kind.asked);
    const isShown = last.title !== turns;
    if (r(2) === 0) draw(4, 'working', 'waiting', 'idle');
    pass(8_000);
    // A person takes longer.
    now += latest.event;
    if (r(2) === 0) say({ kind: 'answered', id }, 'working');
    turnOn();
    draw(3, 'working');
    return isShown && !isSaid;
  };

  arrivals.push({ at: 50, evidence: { kind: 'started', generation: 1, prompted: false } });
  arrivals.push({
    at: 60,
    evidence: { kind: 'event', generation: 1, event: { kind: 'ready', at: 55 } },
  });
  rest();
  pass(4_000);
  for (let turn = 0; turn < 6; turn += 1) {
    // The person prompts from here, or there.
    if (r(2) === 0) {
      arrivals.push({ at: now, evidence: { kind: 'prompt', isTaken: true, ms: 0 } });
    }
    say({ kind: 'turn-started' }, 'working');
    turnOn();
    draw(3, 'working');
    work(3_000);
    for (let step = r(5); step > 0; step -= 1) {
      const id = `${turn}.${step}`;
      say({ kind: 'tool-started', id, tool: 'Bash', text: 'ls' }, 'working');
      work(2_000);
      const mayBeLost = r(3) > 0 || ask(id);
      if (mayBeLost) say({ kind: 'tool-ended', id }, 'working');
      else sayFor({ kind: 'tool-ended', id }, ['working']);
      turnOn();
      // A word of its end, after which a hook of the person's makes it go on.
      if (r(6) === 0 && say({ kind: 'turn-ended' }, 'idle')) now += frameMs;
      if (r(6) === 0) {
        const ms = r(latest.notTaken);
        arrivals.push({ at: now, evidence: { kind: 'prompt', isTaken: false, ms } });
      }
      work(4_000);
    }
    // A third of the turns end without a word: by Escape.
    if (r(3) > 0) say({ kind: 'turn-ended', message: 'Done' }, 'idle');
    rest();
    pass(3_000);
    if (r(3) === 0) {
      const ms = r(latest.notTaken);
      arrivals.push({ at: now, evidence: { kind: 'prompt', isTaken: false, ms } });
      if (r(2) === 0) pass(latest.notTaken);
    }
    pass(9_000);
  }
  const end = now + 2 * latest.notTaken;
  return { agent: kind.agent, known, arrivals: arrivals.sort((a, b) => a.at - b.at), end };
}
