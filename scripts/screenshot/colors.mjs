// The colours of a terminal: Neovim's own dark scheme for the sixteen, xterm's cube and greys above.

const sixteen = [
  ...['#07080d', '#ffc0b9', '#b3f6c0', '#fce094', '#a6dbff', '#ffcaff', '#8cf8f7', '#eef1f8'],
  ...['#4f5258', '#ffc0b9', '#b3f6c0', '#fce094', '#a6dbff', '#ffcaff', '#8cf8f7', '#eef1f8'],
];

const steps = [0, 95, 135, 175, 215, 255];

export const palette = {
  foreground: '#e0e2ea',
  background: '#14161b',
  /**
   * @param {number} index 0 to 255
   * @returns {string}
   */
  indexed(index) {
    const basic = sixteen[index];
    if (basic) return basic;
    if (index >= 232) return hex([0, 0, 0].map(() => 8 + (index - 232) * 10));
    const cube = index - 16;
    return hex(
      [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((n) => steps[n] ?? 0),
    );
  },
};

/** @param {number[]} channels */
function hex(channels) {
  return `#${channels.map((n) => n.toString(16).padStart(2, '0')).join('')}`;
}
