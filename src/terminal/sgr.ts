// A style as the escape sequence that sets it (SGR), whatever was set before.
import type { Style } from './xterm.ts';

/** HAS_EXTENDED in xterm's `bg`: only then does `extended` mean anything. */
const hasExtended = 0x10000000;
const mostParameters = 16;

export function sameStyle(a: Style, b: Style): boolean {
  if (a.fg !== b.fg || a.bg !== b.bg) return false;
  return (a.bg & hasExtended) === 0 || a.extended.ext === b.extended.ext;
}

export function isPlain(style: Style): boolean {
  return style.fg === 0 && style.bg === 0;
}

export function sgr(style: Style): string {
  const codes = ['0'];
  if (style.isBold()) codes.push('1');
  if (style.isDim()) codes.push('2');
  if (style.isItalic()) codes.push('3');
  if (style.isUnderline()) codes.push(underline(style));
  if (style.isBlink()) codes.push('5');
  if (style.isInverse()) codes.push('7');
  if (style.isInvisible()) codes.push('8');
  if (style.isStrikethrough()) codes.push('9');
  if (style.isOverline()) codes.push('53');
  const colors = [...foreground(style), ...background(style), ...underlineColor(style)];
  if (codes.length + colors.length === 1) return '\x1b[m';
  // libvterm 0.3, in Neovim 0.10, writes past its end at the seventeenth parameter; most styles have few.
  if (codes.length + colors.length * 6 <= mostParameters) codes.push(...colors.splice(0));
  return `\x1b[${codes.join(';')}m${colors.map((color) => `\x1b[${color}m`).join('')}`;
}

/** The background alone, which is all that an empty cell has. */
export function backgroundSgr(style: Style): string {
  return `\x1b[${['0', ...background(style)].join(';')}m`;
}

export function hasBackground(style: Style): boolean {
  return style.isBgRGB() || style.isBgPalette();
}

function underline(style: Style): string {
  const kind = style.bg & hasExtended ? style.extended.underlineStyle : 1;
  return kind > 1 ? `4:${kind}` : '4';
}

function foreground(style: Style): string[] {
  const color = style.getFgColor();
  if (style.isFgRGB()) return [`38;2;${rgb(color).join(';')}`];
  if (!style.isFgPalette()) return [];
  return [color < 8 ? `${30 + color}` : color < 16 ? `${82 + color}` : `38;5;${color}`];
}

function background(style: Style): string[] {
  const color = style.getBgColor();
  if (style.isBgRGB()) return [`48;2;${rgb(color).join(';')}`];
  if (!style.isBgPalette()) return [];
  return [color < 8 ? `${40 + color}` : color < 16 ? `${92 + color}` : `48;5;${color}`];
}

/** Two bits say what kind of colour the lower 24 are: 1 and 2 an index, 3 red, green and blue. */
function underlineColor(style: Style): string[] {
  if ((style.bg & hasExtended) === 0) return [];
  const { ext } = style.extended;
  const kind = (ext >>> 24) & 3;
  if (kind === 3) return [`58:2::${rgb(ext & 0xffffff).join(':')}`];
  return kind === 0 ? [] : [`58:5:${ext & 0xff}`];
}

function rgb(color: number): [number, number, number] {
  return [(color >>> 16) & 0xff, (color >>> 8) & 0xff, color & 0xff];
}
