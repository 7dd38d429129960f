// `attach` on a real terminal: what the person types, sees, and is left with.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsup';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AttachOptions } from '../../src/cli/attach.ts';
import { openPty } from '../../src/terminal/pty.ts';
import { makeScreen } from '../../src/terminal/screen.ts';
import { signal } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { type World, world } from './world.ts';

type Given = Omit<AttachOptions, 'stdout'>;

/** A person's terminal, with a screen and a keyboard, in which a program attaches to a session's. */
function personsTerminal(program: string, w: World, given: Given, history = '') {
  const file = join(w.root, `outcome${performance.now()}`);
  const screen = makeScreen(80, 24);
  screen.write(Buffer.from(history));
  const bytes: Buffer[] = [];
  let over = false;
  const args = [program, JSON.stringify(given), file];
  const size = { cols: 80, rows: 24 };
  const pty = openPty(
    { id: '', file: process.execPath, args, cwd: w.root, env: w.env, ...size },
    {
      onData(chunk) {
        bytes.push(chunk);
        screen.write(chunk);
      },
      onExit() {
        over = true;
      },
    },
  );
  const kill = (name: NodeJS.Signals) => {
    if (!over) signal(pty.pid, name);
  };
  w.onDispose(() => kill('SIGKILL'));
  const text = () => screen.read({ format: 'text', scrollback: true });
  return {
    screen,
    text,
    bytes: () => Buffer.concat(bytes),
    type: (keys: string) => void pty.write(Buffer.from(keys)).catch(() => {}),
    resize: (cols: number, rows: number) => pty.resize(cols, rows),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    kill,
    shows: (wanted: string) => until(() => text().includes(wanted), { what: `"${wanted}"` }),
    /** Once it has ended, and all that it wrote is on the screen. */
    async outcome(): Promise<{ outcome: unknown; raw: boolean }> {
      await until(() => over, { what: 'the outcome' });
      return JSON.parse(readFileSync(file, 'utf8'));
    },
  };
}

let program: string;
beforeAll(async () => {
  // Next to the packages, so that they are found.
  const outDir = mkdtempSync(join(process.cwd(), 'node_modules/.cache-attach-'));
  program = join(outDir, 'attach-program.js');
  const entry = { 'attach-program': join(import.meta.dirname, 'attach-program.ts') };
  await build({ entry, outDir, format: 'esm', config: false, silent: true, target: 'node20' });
  return () => rmSync(outDir, { recursive: true });
});

describe('attach', () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  afterEach(async () => {
    for (const { id, exit } of await w.host.call('list', {}).catch(() => [])) {
      if (!exit) await w.host.call('end', { terminal: id, graceMs: 90 });
    }
    await w.dispose();
  });

  const attachTo = async (terminal: string, more: Partial<Given> = {}, history = '') => {
    const { ticket } = await w.host.call('ticket', { terminal });
    return personsTerminal(program, w, { socket: w.host.socket, ticket, ...more }, history);
  };

  it('shows the session, takes what is typed, and ends with its exit', async () => {
    await w.run('a', 'echo before; read line; echo "got $line"; exit 5', { cols: 100, rows: 30 });
    const person = await attachTo('a');
    await person.shows('before');
    expect(await w.state('a')).toMatchObject({ cols: 80, rows: 24, viewers: 1 });
    person.resize(70, 20);
    await until(async () => (await w.state('a')).cols === 70, { what: 'the new size' });
    person.type('hëllo\r');
    expect(await person.outcome()).toEqual({ outcome: { code: 5, signal: null }, raw: false });
    expect(person.text()).toContain('got hëllo');
  });

  it.each([
    ['', '\x1d'],
    [', also when the program has asked for keys in kitty form', '\x1b[93;5u'],
    [', also when it has asked xterm for them', '\x1b[27;5;93~'],
  ])('leaves at the detach key, and the program goes on%s', async (_, key) => {
    await w.run('a', 'stty raw -echo; echo ready; exec cat');
    const person = await attachTo('a', { detachKey: 0x1d });
    await person.shows('ready');
    person.type(`last${key}never`);
    expect(await person.outcome()).toMatchObject({ outcome: 'detached' });
    await until(async () => (await w.text('a')).includes('last'), { what: 'the last keys' });
    expect(await w.text('a')).not.toContain('never');
    expect((await w.state('a')).exit).toBeNull();
  });

  it('passes every key on when there is no detach key', async () => {
    await w.run('a', 'stty raw -echo; echo ready; exec od -An -v -tx1 -w1');
    const person = await attachTo('a');
    await person.shows('ready');
    person.type('\x1d\x03\x1c\x1a');
    await person.shows(' 1a');
    expect(await w.text('a')).toMatch(/1d\s+03\s+1c\s+1a/);
  });

  it('leaves the terminal as a shell expects it, whatever the program switched on', async () => {
    const modes =
      '\\033[?1049h\\033[?1003h\\033[?1006h\\033[?2004h\\033[?25l\\033[?1h\\033=\\033[5 q\\033[3;9r\\033[31m';
    await w.run('a', `stty raw -echo; printf '${modes}editor'; exec cat`);
    const person = await attachTo('a', { detachKey: 0x1d });
    await person.shows('editor');
    expect(person.screen.terminal.modes.mouseTrackingMode).toBe('any');
    person.type('\x1d');
    await person.outcome();
    expect(person.screen.terminal.buffer.active.type).toBe('normal');
    expect(person.screen.terminal.modes).toMatchObject({
      bracketedPasteMode: false,
      mouseTrackingMode: 'none',
      sendFocusMode: false,
      applicationCursorKeysMode: false,
      applicationKeypadMode: false,
      originMode: false,
      wraparoundMode: true,
    });
    expect(person.screen.modes.isSet(25)).toBe(true);
    expect(person.screen.modes.restore()).toBe('');
  });

  it('leaves what a person has in the scrollback, unless the terminal is its own', async () => {
    await w.run('a', 'echo ready; exec sleep 1000');
    const person = await attachTo('a', {}, 'history\r\n'.repeat(40));
    await person.shows('ready');
    expect(person.text()).toContain('history');
    expect(person.bytes().includes('\x1b[3J')).toBe(false);
    expect(person.bytes().includes('\x1bc')).toBe(false);
  });

  it('hazard 30: takes the size back when its window gets the focus', async () => {
    await w.run('a', 'echo ready; exec sleep 1000');
    const person = await attachTo('a');
    await person.shows('ready');
    const other = await w.view('a', { cols: 60, rows: 20, focus: true });
    await until(async () => (await w.state('a')).cols === 60, { what: 'the other size' });
    person.type('\x1b[I');
    await until(async () => (await w.state('a')).cols === 80, { what: 'its own size' });
    other.socket.destroy();
  });

  it('says so when the host is gone, and when the ticket is not good', async () => {
    await w.run('a', 'echo ready; exec sleep 1000');
    const refused = personsTerminal(program, w, { socket: w.host.socket, ticket: 'x' });
    expect((await refused.outcome()).outcome).toMatch(/ticket/);
    const person = await attachTo('a');
    await person.shows('ready');
    process.kill(w.host.pid, 'SIGKILL');
    expect((await person.outcome()).outcome).toBe('gone');
  });

  it('hazard 29: a terminal that takes nothing costs a fresh screen, not memory', async () => {
    await w.run('a', "echo ready; read go; seq 600000; printf 'the end'; exec sleep 1000");
    const person = await attachTo('a', { ownTerminal: true });
    await person.shows('ready');
    // The editor is busy: it reads nothing while all of it is written.
    person.pause();
    const other = await w.view('a');
    other.type('\n');
    await until(async () => (await w.text('a')).includes('the end'), { what: 'the end of it' });
    person.resume();
    await person.shows('the end');
    expect(person.bytes().length).toBeLessThan(3 * 1024 * 1024);
    expect(person.text()).toContain('600000');
    other.socket.destroy();
  });

  it('ends when its terminal is closed under it', async () => {
    await w.run('a', 'echo ready; exec sleep 1000');
    const person = await attachTo('a');
    await person.shows('ready');
    person.kill('SIGHUP');
    await until(async () => (await w.state('a')).viewers === 0, { what: 'it to be gone' });
    expect((await w.state('a')).exit).toBeNull();
  });
});
