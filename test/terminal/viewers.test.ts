// Several viewers of one terminal: whose size it has, whose answers count, and what a slow one gets.
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeSize } from '../../src/terminal/frames.ts';
import { frame } from '../../src/terminal/protocol.ts';
import { fullReset } from '../../src/terminal/reset.ts';
import { innerOf, newTerminal } from '../../src/terminal/xterm.ts';
import { until } from '../support/until.ts';
import { type View, type World, world } from './world.ts';

/** Shows its size whenever it changes, and every byte it reads, in hexadecimal. */
const showsSize =
  'trap "stty size" WINCH; stty raw -echo; echo ready; while :; do sleep 0.02; done';
const showsInput = 'stty raw -echo; printf ready; exec od -An -v -tx1 -w1';

/** The numbers as `seq` prints them on a terminal, a line each. */
const counted = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, at) => `${first + at}\r\n`);

/** A flood of which nothing is left out. */
const colouredSeq = "seq 400000 | sed 's/.*/\\x1b[32m&\\x1b[m/'";

describe('viewers', () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  afterEach(async () => {
    for (const { id, exit } of await w.host.call('list', {})) {
      if (!exit) await w.host.call('end', { terminal: id, graceMs: 90 });
    }
    await w.dispose();
  });

  const shows = (viewer: View, text: string) =>
    until(() => viewer.drawn().toString().includes(text), { what: `"${text}" to be shown` });
  const hasSize = (id: string, cols: number, rows: number) =>
    until(
      async () => {
        const state = await w.state(id);
        return state.cols === cols && state.rows === rows;
      },
      { what: `size ${cols} by ${rows}` },
    );
  const ready = (id: string) =>
    until(async () => (await w.text(id)).includes('ready'), { what: 'the program' });

  it('hazard 27: get the screen at their own size, program included', async () => {
    await w.run('a', showsSize);
    await ready('a');
    const viewer = await w.view('a', { cols: 100, rows: 30 });
    await shows(viewer, '30 100');
    expect(viewer.frames.findIndex(({ type }) => type === frame.screen)).toBe(1);
    expect(viewer.drawn().subarray(0, fullReset.length).toString()).toBe(fullReset);
    viewer.size(90, 20);
    await shows(viewer, '20 90');
    expect(viewer.count(frame.size)).toBe(0);
  });

  it('hazard 30: have the size of the one that was used last', async () => {
    await w.run('a', showsSize);
    const first = await w.view('a', { cols: 100, rows: 30 });
    await hasSize('a', 100, 30);
    const second = await w.view('a', { cols: 60, rows: 20 });
    await until(() => second.count(frame.size) === 1, { what: 'the second to hear of it' });
    expect(await w.state('a')).toMatchObject({ cols: 100, rows: 30, viewers: 2 });

    second.size(70, 25);
    second.focus();
    await hasSize('a', 70, 25);
    await until(() => first.count(frame.size) === 1, { what: 'the first to hear of it' });
    const told = first.frames.find(({ type }) => type === frame.size);
    expect(told && decodeSize(told.payload)).toEqual({ cols: 70, rows: 25 });
    // What it showed so far was made for another size.
    await until(() => second.count(frame.screen) === 2, { what: 'the second to be drawn anew' });

    first.type('x');
    await hasSize('a', 100, 30);
    await until(() => first.count(frame.screen) === 2, { what: 'a fresh screen' });

    first.socket.destroy();
    await hasSize('a', 70, 25);
  });

  it('hazard 30: focus that comes with the Hello makes the first screen the right one', async () => {
    await w.run('a', showsSize);
    await w.view('a', { cols: 100, rows: 30 });
    await hasSize('a', 100, 30);
    const second = await w.view('a', { cols: 60, rows: 20, focus: true });
    await hasSize('a', 60, 20);
    await until(() => second.count(frame.screen) === 1, { what: 'its screen' });
    expect(second.count(frame.size)).toBe(0);
  });

  it('pass on the answers of the one terminal that owns the size, and of no other', async () => {
    await w.run('a', showsInput);
    await ready('a');
    const owner = await w.view('a', { cols: 100, rows: 30 });
    await shows(owner, 'ready');
    const other = await w.view('a', { cols: 60, rows: 20 });
    const replies = [
      '\x1b[?62;22c',
      '\x1b[>0;276;0c',
      '\x1b[12;40R',
      '\x1b[0n',
      '\x1b]11;rgb:0000/0000/0000\x1b\\',
      '\x1b]4;1;rgb:ff/00/00\x07',
      '\x1b[?2026;2$y',
      '\x1bP>|libvterm(0.3)\x1b\\',
      '\x1b[?0u',
      '\x1b[I',
      '\x1b[O',
    ];
    for (const reply of replies) other.type(reply);
    other.type(replies.join(''));
    owner.type('\x1b[?1;2c!');
    await shows(owner, ' 21');
    const seen = owner
      .drawn()
      .toString()
      .match(/(?<= )[0-9a-f]{2}(?=\n)/g)
      ?.join('');
    expect(Buffer.from(seen ?? '', 'hex').toString()).toBe('\x1b[?1;2c!');
    expect(await w.state('a')).toMatchObject({ cols: 100, rows: 30 });
    other.type(`${replies[0]}k`);
    await hasSize('a', 60, 20);
    await shows(owner, ' 6b');
  });

  it('pass focus on only to a program that has asked for it', async () => {
    await w.run('a', `printf '\\033[?1004h'; ${showsInput}`);
    await w.run('b', showsInput);
    await ready('a');
    await ready('b');
    const [asked, other] = [await w.view('a'), await w.view('b')];
    for (const viewer of [asked, other]) viewer.type('\x1b[I!');
    await shows(asked, ' 21');
    await shows(other, ' 21');
    expect(asked.drawn().toString()).toContain(' 1b\n 5b\n 49');
    expect(other.drawn().toString()).not.toContain(' 1b');
  });

  it('hazard 28: while there is none, queries are answered all the same', async () => {
    await w.run('a', "stty raw -echo; printf '\\033[c\\033[6n'; exec od -An -v -tx1 -w1");
    await until(async () => (await w.text('a')).includes(' 52'), { what: 'the answers' });
    expect((await w.text('a')).replace(/\s+/g, '')).toContain('1b5b3f');
    const viewer = await w.view('a');
    viewer.type('\x04\x04');
    await shows(viewer, ' 04');
  });

  it('hazard 29: one that does not read gets a fresh screen, and slows nobody', async () => {
    await w.run('a', `read go; ${colouredSeq}; printf 'the end'; read stop`);
    const slow = await w.view('a');
    const fast = await w.view('a');
    await until(() => slow.count(frame.screen) === 1, { what: 'the first screen' });
    slow.socket.pause();
    fast.type('\n');
    await shows(fast, 'the end');
    const before = Buffer.concat(slow.frames.map(({ payload }) => payload)).length;
    slow.socket.resume();
    await until(() => slow.count(frame.screen) > 1, { what: 'a fresh screen' });
    await shows(slow, 'the end');
    const after = Buffer.concat(slow.frames.map(({ payload }) => payload)).length;
    // 400,000 lines are 6.3 MB: most of it never went over the wire.
    expect(after - before).toBeLessThan(2 * 1024 * 1024);
    fast.type('\n');
    await until(() => slow.exit() && fast.exit(), { what: 'the exit' });
  });

  it('hazard 29: a slow one still gets the exit, after the last screen', async () => {
    await w.run('a', `read go; ${colouredSeq}; printf 'the end'`);
    const slow = await w.view('a');
    slow.type('\n');
    slow.socket.pause();
    await w.exited('a');
    slow.socket.resume();
    await until(() => slow.closed, { what: 'the end of the connection' });
    expect(slow.frames.at(-1)?.type).toBe(frame.exit);
    expect(slow.drawn().toString()).toContain('the end');
  });

  it('get all output before the exit, in order', async () => {
    // Lines of another length each, in colour, and as many plain ones as a viewer may scroll back.
    await w.run('a', "read go; seq 100000 | sed 's/^.*7/\\x1b[32m&\\x1b[m/'; seq 10000");
    const viewer = await w.view('a');
    viewer.type('\n');
    await until(() => viewer.closed, { what: 'the end of the connection' });
    const coloured = (line: string) => line.replace(/^.*7/, '\x1b[32m$&\x1b[m');
    const wanted = [...counted(1, 100_000).map(coloured), ...counted(1, 10_000)].join('');
    expect(viewer.drawn().toString().endsWith(wanted)).toBe(true);
    expect(viewer.frames.at(-1)?.type).toBe(frame.exit);
  });

  it('get of a flood of short lines what they show and scroll back, and little more', async () => {
    await w.run('a', "read go; seq 1000000; printf 'the end'; read go; echo; seq 20000; read stop");
    const viewer = await w.view('a');
    const terminal = newTerminal(80, 24, 10_000);
    const seen = () => {
      innerOf(terminal).writeSync(viewer.drawn());
      const { active } = terminal.buffer;
      return Array.from({ length: active.length }, (_, y) =>
        active.getLine(y)?.translateToString(true),
      );
    };
    const endsWith = (first: number, last: number, line: string) => {
      const wanted = [...counted(first, last).map((line) => line.trimEnd()), line].join('\n');
      return until(() => seen().slice(-10_001).join('\n') === wanted, { what: 'the last lines' });
    };
    viewer.type('\n');
    await endsWith(990_001, 1_000_000, 'the end');
    // All of it has 7.9 MB.
    expect(viewer.drawn().length).toBeLessThan(2 * 1024 * 1024);
    // After it, everything comes again, until it is a flood.
    viewer.type('\n');
    await endsWith(10_001, 20_000, '');
    viewer.type('\n');
    await until(() => viewer.exit(), { what: 'the exit' });
    terminal.dispose();
  });

  it('hazard 26: get bytes as the program wrote them, UTF-8 or not', async () => {
    await w.run(
      'a',
      "read go; printf '\\303'; sleep 0.05; printf '\\251\\377\\376\\033['; sleep 0.05; printf '31mé'",
    );
    const viewer = await w.view('a');
    viewer.type('\n');
    await until(() => viewer.closed, { what: 'the end of the connection' });
    const bytes = Buffer.concat([
      Buffer.from('é'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\x1b[31mé'),
    ]);
    expect(viewer.drawn().includes(bytes)).toBe(true);
  });

  it('can type more than a program reads, without holding up another', async () => {
    await w.run('a', 'stty raw -echo; printf ready; exec sleep 1000');
    await w.run('b', 'stty raw -echo; printf ready; exec cat');
    await ready('a');
    await ready('b');
    const [deaf, echoing] = [await w.view('a'), await w.view('b')];
    deaf.type(Buffer.alloc(2 * 1024 * 1024, 'x'));
    echoing.type('hello');
    await shows(echoing, 'hello');
  });

  it('can paste a lot, and none of it is lost', async () => {
    await w.run('a', 'stty raw -echo; printf ready; exec head -c 300000 | cksum');
    await ready('a');
    const viewer = await w.view('a');
    viewer.type(Buffer.alloc(300_000, 'paste me '));
    await until(() => viewer.exit(), { what: 'the exit' });
    const sum = execFileSync('cksum', { input: Buffer.alloc(300_000, 'paste me ') });
    expect(viewer.drawn().toString()).toContain(sum.toString().trim());
  });
});
