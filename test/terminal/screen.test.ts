// A screen drawn anew is the screen: compared cell by cell with a terminal that was fed every byte.
import { describe, expect, it } from 'vitest';
import { makeScreen, type Screen } from '../../src/terminal/screen.ts';
import { countColumns } from '../../src/terminal/widths.ts';
import { type Cell, innerOf, newTerminal, type Terminal } from '../../src/terminal/xterm.ts';
import { randomFrom } from './random.ts';

/** A viewer's terminal, which knows nothing but the frames it is sent. */
function viewerOf(screen: Screen): Terminal {
  const viewer = newTerminal(screen.cols, screen.rows, 5000);
  countColumns(viewer);
  // What it showed before must not matter.
  feed(viewer, '\x1b[?1049h\x1b[?1000;2004;6h\x1b[41mold text\x1b]2;unfin');
  feed(viewer, screen.draw('title'));
  return viewer;
}

function feed(terminal: Terminal, bytes: Buffer | string): void {
  innerOf(terminal).writeSync(Buffer.from(bytes as string));
}

/** Everything that can be seen, and everything that what comes next depends on. */
function look(terminal: Terminal) {
  const { active } = terminal.buffer;
  const { buffers, _inputHandler, _charsetService } = innerOf(terminal);
  const inner = active.type === 'normal' ? buffers.normal : buffers.alt;
  const { fg, bg } = _inputHandler._curAttrData;
  return {
    type: active.type,
    normal: lines(terminal, 'normal'),
    alternate: active.type === 'alternate' ? lines(terminal, 'alternate') : [],
    // With origin mode no sequence reaches a line outside the region.
    cursor: [
      active.cursorX,
      terminal.modes.originMode ? Math.max(inner.scrollTop, active.cursorY) : active.cursorY,
    ],
    // A saved line that has scrolled away is the first when it is gone back to.
    saved: [Math.min(inner.savedX, terminal.cols - 1), Math.max(0, inner.savedY - inner.ybase)],
    region: [inner.scrollTop, inner.scrollBottom],
    style: [fg, bg],
    glevel: _charsetService.glevel,
    modes: terminal.modes,
  };
}

function lines(terminal: Terminal, which: 'normal' | 'alternate'): string[] {
  const buffer = terminal.buffer[which];
  const cell = buffer.getNullCell() as Cell;
  return Array.from({ length: buffer.length }, (_, y) => {
    let text = '';
    for (let x = 0; x < terminal.cols; x += 1) {
      buffer.getLine(y)?.getCell(x, cell);
      // An empty cell has a background and nothing else.
      const style = cell.getChars()
        ? `${cell.fg},${cell.bg & ~0x20000000}`
        : `${cell.bg & 0x3ffffff}`;
      const next = x + 1 < terminal.cols ? buffer.getLine(y)?.getCell(x + 1) : undefined;
      // Half of a wide character is drawn as a space.
      const half = cell.getWidth() === 2 && next?.getWidth() !== 0;
      // A mark on its own stands on a space when it's drawn anew.
      text += `${(half ? ' ' : cell.getChars()).replace(/^ ?(?=[\p{M}\u200d])/u, '') || '·'}{${style}}`;
    }
    return text;
  });
}

function written(cols: number, rows: number, bytes: Buffer | string): Screen {
  const screen = makeScreen(cols, rows);
  screen.write(Buffer.from(bytes as string));
  return screen;
}

const scripts: Record<string, string> = {
  'plain text': 'one\r\ntwo\r\nthree',
  'a full scrollback': Array.from({ length: 200 }, (_, i) => `line ${i}`).join('\r\n'),
  'lines that wrap': `${'x'.repeat(95)}\r\n${'ab'.repeat(60)}`,
  'colours of every kind': '\x1b[31mred\x1b[97;44mbright\x1b[38;5;200;48;2;1;2;3mtrue\x1b[0mplain',
  'bold to dim and back': '\x1b[1mbold\x1b[22;2mdim\x1b[22;1mbold\x1b[3;9;53;7;5mall',
  'underlines of every kind':
    '\x1b[4mone\x1b[4:3mcurly\x1b[58:2::9:8:7mcoloured\x1b[58:5:77mindexed\x1b[24mnone',
  'a background to the end of the line': '\x1b[44mblue\x1b[K\r\nnext\x1b[0m\r\nplain',
  'a background in the middle of nothing': 'a\x1b[10G\x1b[42m\x1b[5X\x1b[20G\x1b[0mb',
  'a background that scrolls in': '\x1b[45mfull\r\n\n\n\n\n\n\n\n\n\n\n\n\x1b[0mend',
  'a wrapped line with a background': `\x1b[41m${'w'.repeat(45)}\x1b[0m rest`,
  'wide characters': `日本語テスト😀 and more\r\n${'日'.repeat(25)}`,
  'a wide character that does not fit': `${'a'.repeat(39)}日b`,
  'combined characters': 'e\u0301a\u0300\u0302 👩\u200d👩\u200d👧 end',
  'a cursor past the last column': 'y'.repeat(40),
  'a wide character in the last columns': `${'y'.repeat(38)}日`,
  'the alternate screen': 'shell\x1b[31m$ \x1b7\x1b[?1049h\x1b[2;3Heditor\x1b[5;10H',
  'an alternate screen and its way back': 'shell$ \x1b[?1049hgone\x1b[?1049lback',
  'a scroll region': 'a\r\nb\r\nc\x1b[3;8r\x1b[4;2Hin',
  'a scroll region with origin mode': '\x1b[3;8r\x1b[?6h\x1b[2;2Hin',
  'a saved cursor': '\x1b[4;7H\x1b[32m\x1b7\x1b[0m\x1b[1;1Hhere',
  'line drawing': '\x1b(0lqqk\x1b(B text \x1b)0\x0exx',
  'tabs and insert mode': 'a\tb\tc\x1b[1;1H\x1b[4hINS',
  'modes of many kinds': '\x1b[?1h\x1b=\x1b[?1003;1006h\x1b[?1004h\x1b[?2004h\x1b[?7l\x1b[?25l',
  'no wrapping at the end': `\x1b[?7l${'z'.repeat(60)}`,
  'erased parts': 'abcdefgh\x1b[4D\x1b[K\r\nxyz\x1b[1K\x1b[2P\r\n\x1b[3@',
};

function mixture(random: ReturnType<typeof randomFrom>): string {
  const pieces = Array.from({ length: 60 }, () => random.pick(Object.values(scripts)));
  const mixed = pieces.map((piece) => {
    const start = random.below(piece.length);
    return `${piece.slice(start, start + random.below(30))}${random.pick(['\r\n', '', '\x1b[H', '\n', '\x1b[m'])}`;
  });
  return mixed.join('');
}

describe('a screen drawn anew', () => {
  it.each(Object.keys(scripts))('hazard 27: shows %s', (name) => {
    const screen = written(40, 10, scripts[name] ?? '');
    expect(look(viewerOf(screen))).toEqual(look(screen.terminal));
  });

  it.each(Object.keys(scripts))('goes on as if it had never stopped, after %s', (name) => {
    const screen = written(40, 10, scripts[name] ?? '');
    const viewer = viewerOf(screen);
    const more = 'more\r\n\x1b[Cand\x1b8mark\x1b[?1049l\n\n\x1b[3;3Hlast\n';
    screen.write(Buffer.from(more));
    feed(viewer, more);
    expect(look(viewer)).toEqual(look(screen.terminal));
  });

  it('hazard 26: can be drawn between any two bytes of a sequence or a character', () => {
    const bytes = Buffer.from(
      'a\x1b[1;31mé日😀\x1b]2;ti;tle\x07b\x1b]0;other\x1b\\c\x1bP+q544e\x1b\\d\x1b(0q\x1b(Be\x1b[38:2::1:2:3mf\x1b7g\x1b[3\x18h\x1b[\n1mi',
    );
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const screen = written(40, 10, bytes.subarray(0, cut));
      const viewer = viewerOf(screen);
      screen.write(bytes.subarray(cut));
      feed(viewer, bytes.subarray(cut));
      expect(look(viewer), `cut at ${cut}`).toEqual(look(screen.terminal));
    }
  });

  it('hazard 27: is the same after any mixture of text and sequences', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const screen = written(40, 10, mixture(randomFrom(seed)));
      expect(look(viewerOf(screen)), `seed ${seed}`).toEqual(look(screen.terminal));
    }
  });

  it('counts columns as agents do, whole emoji among them', () => {
    const two = ['日', '✅', '🎉', '🫠', '❤️', '⚠️', '👍🏽', '👩‍💻', '🏃‍♂️', '🇩🇪', '🪄'];
    const one = ['é', 'e\u0301', '⚠', '●', '│', '⎿', '…', 'क'];
    const columns = (text: string) => written(40, 10, text).cursor().x;
    expect(two.map((text) => [text, columns(text)])).toEqual(two.map((text) => [text, 2]));
    expect(one.map((text) => [text, columns(text)])).toEqual(one.map((text) => [text, 1]));
    for (const text of two) expect(columns(`${text}x`), text).toBe(3);
  });

  it('hazard 27: keeps columns for a viewer that counts emoji in another way', () => {
    const screen = written(40, 10, '│ 👩‍💻 ⚠️ 🫠 done │\r\n│ ✅ plain     │');
    const viewer = newTerminal(40, 10, 100);
    feed(viewer, screen.draw(''));
    const bars = [0, 1].map((y) => {
      const line = viewer.buffer.active.getLine(y);
      return [0, 16].map((x) => line?.getCell(x)?.getChars());
    });
    expect(bars[0]).toEqual(['│', '│']);
    expect(screen.terminal.buffer.active.getLine(0)?.getCell(16)?.getChars()).toBe('│');
  });

  it('is painted over one whose lines were broken or cut in another way, after any mixture', () => {
    const scribble = '\x1b7\x1b[?7l\x1b[2;3Hscribbled\x1b[5;1H\x1b[2Kover\x1b[?7h\x1b8';
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomFrom(seed);
      const bytes = mixture(random);
      const screen = written(40, 10, bytes);
      const viewer = newTerminal(40, 10, 5000);
      countColumns(viewer);
      feed(viewer, bytes);
      const [cols, rows] = [20 + random.below(40), 5 + random.below(10)];
      screen.resize(cols, rows);
      viewer.resize(cols, rows);
      feed(viewer, scribble);
      feed(viewer, screen.repaint());
      for (const more of ['', '\x1b(B\x1b)B\x0fmore\r\n\x1b[Cand\x1b[mlast\n']) {
        screen.write(Buffer.from(more));
        feed(viewer, more);
        const [shown, meant] = [look(viewer), look(screen.terminal)];
        const visible = (looked: typeof shown) =>
          (looked.type === 'normal' ? looked.normal : looked.alternate).slice(-rows);
        expect(visible(shown), `seed ${seed}`).toEqual(visible(meant));
        const { cursor, region, style, glevel, modes } = meant;
        expect(shown, `seed ${seed}`).toMatchObject({ cursor, region, style, glevel, modes });
      }
    }
  });

  it('carries over what the program asked of keyboard, mouse and cursor', () => {
    const asked = [
      ['\x1b[>1u\x1b[>5u', '\x1b[>1u\x1b[>5u'],
      ['\x1b[>1u\x1b[>5u\x1b[<u', '\x1b[>1u'],
      ['\x1b[=3;1u', '\x1b[=3;1u'],
      ['\x1b[>4;2m', '\x1b[>4;2m'],
      ['\x1b[5 q', '\x1b[5 q'],
      ['\x1b[?1002h\x1b[?1006h', '\x1b[?1002h\x1b[?1006h'],
      ['\x1b[?1003h\x1b[?1000h', '\x1b[?1000h'],
      ['\x1b[?2031h', '\x1b[?2031h'],
    ];
    for (const [given, carried] of asked) {
      const drawn = written(40, 10, given ?? '')
        .draw('')
        .toString();
      expect(drawn.slice(drawn.indexOf('\x1b[3J'))).toContain(carried);
    }
    const drawn = written(40, 10, '\x1b[?1003h\x1b[>1u\x1b[?2004h\x1bc').draw('').toString();
    expect(drawn.slice(drawn.indexOf('\x1b[3J'))).not.toMatch(/2004h|1003h|>1u/);
  });

  it('puts no more than sixteen parameters into a sequence, which is the most Neovim 0.10 bears', () => {
    const style =
      '\x1b[1;2;3;5;7;8;9;53m\x1b[4:3m\x1b[38;2;1;2;3m\x1b[48;2;4;5;6m\x1b[58:2::7:8:9m';
    const screen = written(40, 10, `${style}x`);
    const drawn = screen.draw('').toString('latin1');
    for (const [, parameters = ''] of drawn.matchAll(/\[\??([\d;:]*)[a-zA-Z]/g)) {
      expect(parameters.split(/[;:]/).length).toBeLessThanOrEqual(16);
    }
    expect(look(viewerOf(screen))).toEqual(look(screen.terminal));
  });

  it('keeps the keyboard flags of both screens apart', () => {
    const drawn = written(40, 10, '\x1b[>1u\x1b[?1049h\x1b[>3u').draw('').toString();
    const [before, after] = drawn.slice(drawn.indexOf('\x1b[3J')).split('\x1b[?1049h');
    expect(before).toContain('\x1b[>1u');
    expect(after).toContain('\x1b[>3u');
  });

  it('hazard 29: leaves out of a flood only what makes no difference', () => {
    const flood = Array.from(
      { length: 20_000 },
      (_, i) => `line ${i} ${'ü日x'.repeat(i % 20)}\r\n`,
    );
    const whole = Buffer.from(`${flood.join('')}$ prompt`);
    const before = 'some\x1b[31;44m text\x1b7\x1b[5;5H';
    const [all, part] = [written(40, 10, before), written(40, 10, before)];
    all.write(whole);
    const needed = part.needed(whole);
    expect(needed.length).toBeLessThan(whole.length / 4);
    part.write(needed);
    expect(look(part.terminal)).toEqual(look(all.terminal));

    const unchanged = (text: string, first = '') => {
      const bytes = Buffer.from(text);
      return written(40, 10, first).needed(bytes).length === bytes.length;
    };
    expect(unchanged(`${flood.join('')}\x1b[31m`)).toBe(true);
    expect(unchanged(`bell\x07${flood.join('')}`)).toBe(true);
    expect(unchanged(flood.slice(0, 500).join(''))).toBe(true);
    for (const state of ['\x1b[?1049h', '\x1b[2;5r', '\x1b]2;unfinished', '\x1b[3']) {
      expect(unchanged(flood.join(''), state), JSON.stringify(state)).toBe(true);
    }
    expect(unchanged('no carriage return\n'.repeat(20_000))).toBe(true);
  });

  it('hazard 29: bounds its scrollback by cells, whatever the width', () => {
    const wide = written(500, 10, 'w\r\n'.repeat(5000));
    const narrow = written(40, 10, 'n\r\n'.repeat(5000));
    for (const { terminal } of [wide, narrow]) {
      expect(terminal.buffer.normal.length * terminal.cols).toBeLessThan(150_000);
      expect(terminal.buffer.normal.length).toBeGreaterThan(200);
    }
    narrow.resize(1000, 500);
    expect(narrow.terminal.buffer.normal.length).toBeLessThanOrEqual(700);
  });

  it('keeps its scrollback while it is narrow for a moment', () => {
    const lines = Array.from({ length: 600 }, (_, i) => `line ${i} of six hundred`);
    const screen = written(120, 40, `${lines.join('\r\n')}\r\n`);
    for (const cols of [3, 120, 60, 120]) screen.resize(cols, 40);
    const text = screen.read({ format: 'text', scrollback: true });
    expect(text.split('\n').filter((line) => line !== '')).toEqual(lines);
  });

  it('keeps eight hundred lines of the usual width', () => {
    const screen = written(120, 40, 'n\r\n'.repeat(5000));
    expect(screen.terminal.buffer.normal.length).toBeGreaterThan(840);
  });
});
