// From the terminal's bytes to keys: split characters and sequences are put together again.
import { StringDecoder } from 'node:string_decoder';

export type Key =
  | { kind: 'text'; text: string }
  | { kind: 'paste'; text: string }
  | { kind: 'enter' | 'newline' | 'backspace' | 'clear' | 'escape' | 'interrupt' | 'end' };

const pasteStart = '\x1b[200~';
const pasteEnd = '\x1b[201~';
/** After an Escape: cursor keys and the like, CSI and SS3 sequences, which mean nothing here. */
const sequence = /^(?:\[[0-9;?<>=]*[ -/]*[@-~]|O[ -~])/;
const unfinished = /^(?:\[[0-9;?<>=]*[ -/]*|O)?$/;

/** Takes chunks as they come, gives the keys in them. Call `flush` once no more came for a moment. */
export interface KeyReader {
  read(chunk: Buffer): Key[];
  /** A lone Escape is a key only when nothing follows it. */
  flush(): Key[];
  /** Whether something waits for `flush`. */
  pending(): boolean;
}

export function keyReader(): KeyReader {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (final: boolean): Key[] => {
    const keys: Key[] = [];
    while (rest !== '') {
      const next = nextKey(rest, final);
      if (!next) break;
      rest = rest.slice(next.length);
      if (next.key) keys.push(next.key);
    }
    return keys;
  };
  return {
    read(chunk) {
      rest += decoder.write(chunk);
      return take(false);
    },
    flush: () => take(true),
    pending: () => rest !== '' && !rest.startsWith(pasteStart),
  };
}

/** The first key of the input and how long it is; null when more must come first. */
function nextKey(input: string, final: boolean): { key: Key | null; length: number } | null {
  if (input.startsWith(pasteStart)) {
    const end = input.indexOf(pasteEnd);
    if (end < 0) return null;
    const text = input.slice(pasteStart.length, end).replace(/\r\n?/g, '\n');
    return { key: { kind: 'paste', text }, length: end + pasteEnd.length };
  }
  if (input.startsWith('\x1b')) {
    const known = sequence.exec(input.slice(1))?.[0];
    if (known) return { key: null, length: 1 + known.length };
    if (input.startsWith('\x1b\r')) return { key: { kind: 'newline' }, length: 2 };
    const mayGoOn = unfinished.test(input.slice(1));
    return mayGoOn && !final ? null : { key: { kind: 'escape' }, length: 1 };
  }
  const control = controls[input[0] ?? ''];
  if (control) return { key: { kind: control }, length: 1 };
  const text = /^[^\p{Cc}]+/u.exec(input)?.[0];
  return text ? { key: { kind: 'text', text }, length: text.length } : { key: null, length: 1 };
}

const controls: Record<string, Exclude<Key['kind'], 'text' | 'paste'>> = {
  '\r': 'enter',
  '\n': 'newline',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x15': 'clear',
  '\x03': 'interrupt',
  '\x04': 'end',
};
