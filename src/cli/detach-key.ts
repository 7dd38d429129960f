// The key that leaves a session: by its name, and among what is typed.
import { UsageError } from './failure.ts';

/** Ctrl-], as telnet and virsh have it: no agent is known to use it. */
export const usualKey = 0x1d;

/**
 * The control byte of `ctrl-a` … `ctrl-z` and the like; null for `none`.
 * @throws UsageError
 */
export function parseKey(text: string): number | null {
  if (text === 'none') return null;
  const character = /^(?:ctrl-|\^)([a-z@[\\\]^_])$/i.exec(text)?.[1];
  if (!character) {
    throw new UsageError(`'${text}' is no key to leave by`, 'It is ctrl-] and the like, or none.');
  }
  return character.toUpperCase().charCodeAt(0) & 0x1f;
}

const esc = 0x1b;
const shortestSequence = 6;
/** Ctrl alone, whatever the locks: 1 + 4, + 64 for caps lock, + 128 for num lock. */
const ctrl = '(?:5|69|133|197)';

/**
 * Gives a function that tells where in the input the key is pressed for the first time, -1 when it isn't.
 * Besides the control byte these are its forms once a program has asked for more precise keys:
 * `CSI 93;5u` by kitty's protocol (`sw.kovidgoyal.net/kitty/keyboard-protocol`), with the shifted and the
 * usual layout's key, a press or repetition, and the text as far as asked for; `CSI 27;5;93~` by xterm's
 * modifyOtherKeys.
 */
export function keyFinder(control: number): (input: Buffer) => number {
  const code = String.fromCharCode(control + 0x40)
    .toLowerCase()
    .charCodeAt(0);
  const kitty = `\\x1b\\[(?:${code}(?::\\d*){0,2}|\\d+:\\d*:${code});${ctrl}(?::[12])?(?:;[\\d:]*)?u`;
  const xterm = `\\x1b\\[27;${ctrl};${code}~`;
  const sequence = new RegExp(`${kitty}|${xterm}`);
  return (input) => {
    const plain = input.indexOf(control);
    if (input.length < shortestSequence || !input.includes(esc)) return plain;
    // As latin1, characters are counted as bytes.
    const precise = input.toString('latin1').search(sequence);
    return plain < 0 || precise < 0 ? Math.max(plain, precise) : Math.min(plain, precise);
  };
}
