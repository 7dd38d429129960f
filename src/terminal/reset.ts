// The sequences that bring a terminal back to where a new one begins.

/** Private modes (DECSET) that are off in a new terminal, and worth carrying over to a viewer. */
export const offAtFirst = [
  1, 5, 9, 12, 45, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 2004, 2031, 2048,
];
/** Wrapping, and the cursor. */
export const onAtFirst = [7, 25];

/** Insert mode, line feed mode. */
const plainWriting = '\x1b[4l\x1b[20l';
/** Character sets, style. */
const plainText = '\x1b(B\x1b)B\x0f\x1b[m';

/** Every mode as in a new terminal, for one that may have any of them; the cursor stays where it is. */
export const resetModes = [
  // One mode a sequence: libvterm 0.3, which Neovim 0.10 uses, writes past its end at more than
  // sixteen parameters, and crashes.
  ...offAtFirst.map((mode) => `\x1b[?${mode}l`),
  ...onAtFirst.map((mode) => `\x1b[?${mode}h`),
  plainWriting,
  // Keyboard: modifyOtherKeys, kitty flags, keypad.
  '\x1b[>4m\x1b[=0;1u\x1b>',
  // Cursor shape.
  `\x1b[0 q${plainText}`,
].join('');

/**
 * Every screen frame begins with this. It ends a sequence that was cut off, leaves the alternate
 * screen, resets every mode, and clears the screen and the scrollback.
 */
export const fullReset = `\x18\x1b\\\x1b[?1049l\x1bc${resetModes}\x1b[r\x1b[H\x1b[2J\x1b[3J`;

/** Ends a sequence that was cut off, clears the screen alone, and lets text be drawn on it from its first cell on. */
export const readyToDraw = `\x18\x1b\\${plainWriting}\x1b[?6l\x1b[?7h${plainText}\x1b[r\x1b[H\x1b[J`;
