// Text is put into a terminal as a person would, and never into a question.
import { describe, expect, it } from 'vitest';
import { pasted, sendText } from '../../../src/core/session/send.ts';
import type { SendTarget } from '../../../src/core/session/send-target.ts';
import type { Status } from '../../../src/core/session/session.ts';

interface Fake extends SendTarget {
  log: string[];
  now: Status;
}

/** A program that shows what is pasted to it, unless `deaf`. */
function program({ bracketedPaste = true, deaf = false, shown = '' } = {}): Fake {
  let screen = shown;
  const fake: Fake = {
    log: [],
    now: 'idle',
    status: () => fake.now,
    bracketedPaste,
    write: async (bytes) => {
      fake.log.push(bytes.toString());
      if (!deaf) screen += bytes.toString();
    },
    wait: async (ms) => {
      fake.log.push(`wait ${ms}`);
    },
    screen: async () => screen,
    onSubmit: () => fake.log.push('submit'),
  };
  return fake;
}

const enter = '\r';

describe('sending', () => {
  it('hazard 21: pastes, waits, looks, then presses Enter', async () => {
    const to = program();
    await sendText(to, 'fix it', true);
    expect(to.log).toEqual(['\x1b[200~fix it\x1b[201~', 'wait 150', 'wait 100', 'submit', enter]);
  });

  it('leaves Enter to the person when not asked to submit', async () => {
    const to = program();
    await sendText(to, 'fix it', false);
    expect(to.log).toEqual(['\x1b[200~fix it\x1b[201~']);
  });

  it.each(['waiting', 'exited', 'closed', 'failed', 'creating'] as const)(
    'hazard 12: sends nothing to a session that is %s',
    async (status) => {
      const to = program();
      to.now = status;
      await expect(sendText(to, 'fix it', true)).rejects.toMatchObject({ kind: 'wrong-state' });
      expect(to.log).toEqual([]);
    },
  );

  it('hazard 12: presses no Enter when a question came up during the paste', async () => {
    const to = program();
    to.wait = async () => {
      to.now = 'waiting';
    };
    await expect(sendText(to, 'fix it', true)).rejects.toMatchObject({ kind: 'wrong-state' });
    expect(to.log).not.toContain(enter);
  });

  it('hazard 12: presses no Enter when the text is not seen to be taken', async () => {
    const to = program({ deaf: true, shown: '> fix it\nDo you want to proceed?\n❯ 1. Yes' });
    await expect(sendText(to, 'fix it', true)).rejects.toMatchObject({ kind: 'wrong-state' });
    expect(to.log).not.toContain(enter);
  });

  it('hazard 21: presses Enter only once the text stands, on a screen that is drawn anew meanwhile', async () => {
    const to = program();
    const shown = '> fix it\n? for shortcuts';
    const screens = ['', shown, '', `Welcome back\n${shown}\n2 tools`, `Welcome back\n${shown}`];
    let drawn = '';
    to.screen = async () => {
      drawn = screens.length > 0 ? String(screens.shift()) : drawn;
      return drawn;
    };
    const seen: string[] = [];
    to.onSubmit = () => seen.push(drawn);
    await sendText(to, 'fix it', true);
    expect(seen).toEqual([`Welcome back\n${shown}`]);
    expect(screens).toEqual([]);
  });

  it('knows a text that is wrapped in a box, and a sign that stands for a long one', async () => {
    const wrapped = program({ deaf: true });
    let looks = 0;
    wrapped.screen = async () => (looks++ === 0 ? '' : '│ please fix the flaky lo │\n│ gin test │');
    await sendText(wrapped, 'please fix the flaky login test', true);
    expect(wrapped.log).toContain(enter);

    const signs = [
      '[Pasted text #1 +40 lines]',
      '[Saved pasted content to workspace (20.7 KB) id=1]',
    ];
    for (const sign of signs) {
      const long = program({ deaf: true });
      looks = 0;
      long.screen = async () => (looks++ === 0 ? '> ' : `> ${sign}`);
      await sendText(long, 'line\n'.repeat(41), true);
      expect(long.log).toContain(enter);
    }
  });
});

describe('a paste', () => {
  it('cannot be ended, nor a key be pressed, by what the text holds', () => {
    expect(pasted('a\x1b[201~\rb\x03\x9b201~', true)).toBe('\x1b[200~a[201~\rb201~\x1b[201~');
  });

  it('has the line ends of the Return key in the mode, and line feeds without it', () => {
    expect(pasted('a\r\nb\nc\rd\te', true)).toBe('\x1b[200~a\rb\rc\rd\te\x1b[201~');
    expect(pasted('a\r\nb\nc', false)).toBe('a\nb\nc');
  });

  it('keeps every other character', () => {
    const text = `it's "$(touch x)" \`id\` 😀 \\ 日本`;
    expect(pasted(text, false)).toBe(text);
  });
});
