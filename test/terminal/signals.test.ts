// What a program says through its terminal reaches the daemon: once, cleaned, and never lost.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TerminalSignals } from '../../src/terminal/protocol.ts';
import { cleanText, followSignals } from '../../src/terminal/signals.ts';
import { innerOf, newTerminal } from '../../src/terminal/xterm.ts';
import { until } from '../support/until.ts';
import { type World, world } from './world.ts';

function listen() {
  const terminal = newTerminal(80, 24, 100);
  const changes: (keyof TerminalSignals)[] = [];
  let time = 1000;
  const signals = followSignals(terminal, {
    now: () => time,
    onChange: (changed) => changes.push(changed),
  });
  return {
    changes,
    current: signals.current,
    say: (text: string, at = time) => {
      time = at;
      innerOf(terminal).writeSync(Buffer.from(text));
    },
  };
}

describe('terminal signals', () => {
  it.each([
    ['a title', '\x1b]0;✳ Fix the login\x07', { title: '✳ Fix the login' }],
    ['a title that ends with ST', '\x1b]2;two\x1b\\', { title: 'two' }],
    ['a notification', '\x1b]9;Done\x07', { notification: { text: 'Done', at: 1000 } }],
    ['progress', '\x1b]9;4;1;42\x07', { progress: { state: 1, value: 42, at: 1000 } }],
    ['the end of progress', '\x1b]9;4;0\x07', { progress: { state: 0, value: 0, at: 1000 } }],
    [
      'progress of unknown length',
      '\x1b]9;4;3;\x07',
      { progress: { state: 3, value: 0, at: 1000 } },
    ],
    [
      'a notification with a number',
      '\x1b]9;42 files\x07',
      { notification: { text: '42 files', at: 1000 } },
    ],
    [
      'rxvt notifications',
      '\x1b]777;notify;Agent;asks;you\x07',
      { notification: { text: 'Agent: asks: you', at: 1000 } },
    ],
    [
      'kitty notifications',
      '\x1b]99;i=1:d=0;Agent\x1b\\\x1b]99;i=1:p=body;asks\x1b\\',
      { notification: { text: 'Agent: asks', at: 1000 } },
    ],
    [
      'kitty notifications in base64',
      '\x1b]99;e=1;QXNrcw==\x1b\\',
      { notification: { text: 'Asks', at: 1000 } },
    ],
    [
      'a request for attention',
      '\x1b]1337;RequestAttention=yes\x07',
      { notification: { text: 'Attention requested', at: 1000 } },
    ],
    ['prompt marks', '\x1b]133;A\x07$ \x1b]133;C;cmd=x\x07', { prompt: { mark: 'C', at: 1000 } }],
    ['a bell', 'ding\x07', { bell: { at: 1000 } }],
  ])('tell of %s', (_, bytes, expected) => {
    const heard = listen();
    heard.say(bytes);
    expect(heard.current).toMatchObject(expected);
  });

  it('hazard 26: are heard when they come byte by byte', () => {
    const heard = listen();
    for (const character of '\x1b]2;split\x1b\\\x1b]9;4;2;7\x07') heard.say(character);
    expect(heard.current).toMatchObject({
      title: 'split',
      progress: { state: 2, value: 7 },
      bell: null,
    });
  });

  it('are told once, when they change', () => {
    const heard = listen();
    heard.say('\x1b]0;one\x07\x1b]0;one\x07\x1b]2;one\x07\x1b]9;4;1;5\x07\x1b]9;4;1;5\x07');
    expect(heard.changes).toEqual(['title', 'progress']);
  });

  it('leave out what is no signal', () => {
    const heard = listen();
    heard.say(
      '\x1b]1337;RequestAttention=no\x07\x1b]777;other;x\x07\x1b]133;Z\x07\x1b]99;i=1:p=?;\x1b\\',
    );
    expect(heard.changes).toEqual([]);
  });

  it('are one clean line of at most 500 characters', () => {
    const heard = listen();
    heard.say(`\x1b]9;a 31mb\u202ec\u2028d${'😀'.repeat(900)}\x07`);
    expect(cleanText('a\u009b31m\x1b]b\n\tc')).toBe('a 31m ]b c');
    const text = heard.current.notification?.text ?? '';
    expect(text).toMatch(/^a 31mb c d😀/u);
    expect(Array.from(text)).toHaveLength(500);
  });
});

describe('events', () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  afterEach(() => w.dispose());

  it('tell of signals and of the exit, with all signals so far', async () => {
    await w.run('a', "printf '\\033]2;working\\007'; printf '\\033]9;done\\007'; exit 4");
    await until(() => w.events.some(({ event }) => event === 'exit'), { what: 'the exit' });
    const changed = w.events.flatMap((one) => (one.event === 'signals' ? [one.changed] : []));
    expect(new Set(changed)).toEqual(new Set(['outputAt', 'title', 'notification']));
    expect(w.events.at(-1)).toMatchObject({ event: 'exit', terminal: 'a', exit: { code: 4 } });
    const { signals, exit } = await w.state('a');
    expect(signals).toMatchObject({ title: 'working', notification: { text: 'done' } });
    expect(signals.outputAt).toBeLessThanOrEqual(exit?.at ?? 0);
  });

  it('tell of output no more than about once a second', async () => {
    await w.run('a', 'i=0; while [ $i -lt 100 ]; do echo $i; sleep 0.01; i=$((i+1)); done');
    const { at } = { at: 0, ...(await w.exited('a')) };
    const { startedAt } = await w.state('a');
    const told = w.events.filter((one) => one.event === 'signals' && one.changed === 'outputAt');
    expect(told.length).toBeLessThanOrEqual(Math.ceil((at - startedAt) / 1000) + 2);
  });
});
