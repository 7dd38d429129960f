// An agent that speaks for itself says that it took a prompt; one that doesn't say so is asked once more.
import { describe, expect, it } from 'vitest';
import { isSamePrompt } from '../../../src/core/session/same-prompt.ts';
import { sendText } from '../../../src/core/session/send.ts';
import type { SendTarget } from '../../../src/core/session/send-target.ts';
import type { Status } from '../../../src/core/session/session.ts';

const enter = '\r';

interface Options {
  /** How many times Enter must be pressed before it is taken for one. */
  deafTo?: number;
  /** An Enter that isn't taken for one makes a new line. */
  breaks?: boolean;
  /** It asks as soon as Enter was pressed. */
  asks?: boolean;
  /** It keeps what comes during a turn, and says nothing of it yet. */
  busy?: boolean;
  /** It doesn't say that it began. */
  silent?: boolean;
}

/** An agent with an input line at the end of its screen. Time passes only when somebody waits. */
function agent({
  deafTo = 0,
  breaks = false,
  asks = false,
  busy = false,
  silent = false,
}: Options) {
  const above = ['Welcome', ''];
  let input = '';
  let entered = 0;
  let took = false;
  let now: Status = busy ? 'working' : 'idle';
  const typed: string[] = [];
  const target: SendTarget = {
    status: () => now,
    bracketedPaste: true,
    async write(bytes) {
      const keys = bytes.toString();
      typed.push(keys);
      if (keys !== enter)
        input += keys.replaceAll('\x1b[200~', '').replaceAll('\x1b[201~', '').replaceAll('\r', ' ');
      else if (asks) {
        now = 'waiting';
        input = '';
        above.push('Trust this folder?', '1. yes', '2. no');
      } else if (input !== '' && ++entered > deafTo) {
        above.push(`> ${input}`, '');
        input = '';
        took = true;
      } else if (breaks) input += '\n';
    },
    wait: async () => {},
    screen: async () => [...above, `│ ${input} │`, '? for shortcuts'].join('\n'),
    said: async () => took && !silent && !busy,
  };
  return { target, typed, enters: () => typed.filter((keys) => keys === enter).length };
}

describe('hazard 21: a prompt that was submitted', () => {
  it('is confirmed by the word of the agent', async () => {
    const { target, enters } = agent({});
    expect(await sendText(target, 'fix the login', true)).toBe('event');
    expect(enters()).toBe(1);
  });

  it('is submitted once more when Enter was taken as part of the paste', async () => {
    const { target, enters } = agent({ deafTo: 1 });
    expect(await sendText(target, 'fix the login', true)).toBe('event');
    expect(enters()).toBe(2);
  });

  it('is submitted once more when Enter has made a new line below it', async () => {
    const { target, enters } = agent({ deafTo: 1, breaks: true });
    expect(await sendText(target, 'fix the login', true)).toBe('event');
    expect(enters()).toBe(2);
  });

  it('is submitted once more though the screen is drawn anew when it is looked at', async () => {
    const { target, enters } = agent({ deafTo: 1 });
    const { screen } = target;
    let blank = 0;
    target.onSubmit = () => {
      blank = 1;
    };
    target.screen = async () => (blank-- > 0 ? '' : ((await screen?.()) ?? ''));
    expect(await sendText(target, 'fix the login', true)).toBe('event');
    expect(enters()).toBe(2);
  });

  it('is not taken when it stands in the input line after that', async () => {
    const { target, enters } = agent({ deafTo: 5 });
    await expect(sendText(target, 'fix the login', true)).rejects.toMatchObject({
      kind: 'not-taken',
      message: expect.stringContaining('still stands in its input line'),
    });
    expect(enters()).toBe(2);
  });

  it('is not taken when it left the input line and the agent says nothing of it', async () => {
    const { target, enters } = agent({ silent: true });
    await expect(sendText(target, 'fix the login', true)).rejects.toMatchObject({
      kind: 'not-taken',
    });
    expect(enters()).toBe(1);
  });

  it('hazard 12: is not submitted again into a question', async () => {
    const { target, enters } = agent({ asks: true });
    await expect(sendText(target, 'fix the login', true)).rejects.toMatchObject({
      kind: 'not-taken',
      hint: expect.stringContaining('answer'),
    });
    expect(enters()).toBe(1);
  });

  it('is kept by an agent at work, whose screen shows that it is', async () => {
    const { target, enters } = agent({ busy: true });
    expect(await sendText(target, 'and the logout', true)).toBe('screen');
    expect(enters()).toBe(1);
    const deaf = agent({ busy: true, deafTo: 1 });
    expect(await sendText(deaf.target, 'and the logout', true)).toBe('screen');
    expect(deaf.enters()).toBe(2);
  });

  it('begins no turn when it is a command of the agent', async () => {
    const { target } = agent({ silent: true });
    expect(await sendText(target, '/clear', true)).toBe('screen');
  });
});

describe('the prompt that an agent names', () => {
  it.each([
    ['is the same though trimmed, and with other line ends', 'a b\r\nc', '  a b\nc\n', true],
    ['is the same though cut, if it is long', `${'x'.repeat(40)}…`, 'x'.repeat(200), true],
    [
      'is the same after what a person had typed, if it is long',
      `hm ${'x'.repeat(40)}`,
      'x'.repeat(40),
      true,
    ],
    ['is another one', 'fix the login', 'fix the logout', false],
    ['is not a short one for standing within it', 'yes, do it', 'y', false],
    ['may be of signs alone', ' 👍 ', '👍', true],
  ])('%s', (_, said, sent, same) => {
    expect(isSamePrompt(said, sent)).toBe(same);
  });
});
