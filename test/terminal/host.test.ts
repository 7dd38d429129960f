// The terminal host as its clients see it: terminals start, run, exit, and outlive everybody else.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame } from '../../src/terminal/protocol.ts';
import { until } from '../support/until.ts';
import { type World, world } from './world.ts';

describe('the terminal host', () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  afterEach(() => w.dispose());

  it('runs a program with the arguments, folder and environment it is given', async () => {
    await w.host.call('spawn', {
      id: 'a',
      file: 'sh',
      args: ['-c', 'printf "%s|" "$PWD" "$GREETING" "$TERM" "$1" "$2"', 'sh', "it's", '$(x)\n'],
      cwd: w.root,
      env: { ...w.env, GREETING: 'hello' },
      cols: 200,
      rows: 24,
    });
    expect(await w.exited('a')).toMatchObject({ code: 0, signal: null });
    expect(await w.text('a')).toContain(`${w.root}|hello|xterm-256color|it's|$(x)\n|`);
  });

  it('hazard 28: keeps what was written before anybody looked, and tells of the exit at once', async () => {
    await w.run('a', 'echo early words; exit 7');
    await until(() => w.events.some(({ event }) => event === 'exit'), { what: 'the exit event' });
    const viewer = await w.view('a');
    await until(() => viewer.closed, { what: 'the end' });
    expect(viewer.drawn().toString()).toContain('early words');
    expect(viewer.exit()).toEqual({ code: 7, signal: null });
    expect(viewer.frames.at(-1)?.type).toBe(frame.exit);
  });

  it('passes what a viewer types to the program, and its echo back', async () => {
    await w.run('a', 'read line; echo "got $line"');
    const viewer = await w.view('a');
    viewer.type('ünï\n');
    await until(() => viewer.exit(), { what: 'the exit' });
    expect(viewer.drawn().toString()).toContain('got ünï');
  });
});
