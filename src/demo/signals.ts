// What the demo agent tells its terminal, in the escape sequences that agent CLIs use.

const bell = '\x07';
const osc = (body: string) => `\x1b]${body}${bell}`;

export const signals = {
  title: (text: string) => osc(`0;${plain(text)}`),
  notify: (text: string) => osc(`9;${plain(text)}`),
  /** OSC 9;4: at work for an unknown time. */
  busy: osc('9;4;3;0'),
  /** OSC 9;4: waits for the person. */
  paused: osc('9;4;4;0'),
  /** OSC 9;4: at rest. */
  rest: osc('9;4;0;0'),
  bell,
  pasteOn: '\x1b[?2004h',
  pasteOff: '\x1b[?2004l',
  hideCursor: '\x1b[?25l',
  showCursor: '\x1b[?25h',
};

/** No control character may end the sequence early. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
