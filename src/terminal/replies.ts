// Tells what a terminal sends by itself from what a person types.

const focusReport = '\\x1b\\[[IO]';
const focusReportLength = 3;
const st = '(?:\\x07|\\x1b\\\\)';
const string = '[^\\x07\\x1b]*';
/**
 * Answers to queries, and focus reports, as in `invisible-island.net/xterm/ctlseqs`. A position report for
 * row 1 looks like a function key with a modifier; it is taken for the report.
 */
const replies = [
  // DA1, DA2, DA3
  '\\x1b\\[[?>][\\d;]*c',
  `\\x1bP!\\|${string}${st}`,
  // DSR, CPR and their private forms, colour scheme
  '\\x1b\\[\\??[03]n',
  '\\x1b\\[\\?\\d+(?:;\\d+)*n',
  '\\x1b\\[\\??\\d+;\\d+(?:;\\d+)?R',
  // DECRPM, DECRQSS, XTGETTCAP, XTVERSION
  '\\x1b\\[\\??\\d+;\\d+\\$y',
  `\\x1bP[01][$+]r${string}${st}`,
  `\\x1bP>\\|${string}${st}`,
  // Colours, clipboard, kitty's own
  `\\x1b\\](?:4|5|10|11|12|13|14|17|19|21|52|99|1337);${string}${st}`,
  `\\x1b_G${string}${st}`,
  '\\x1b\\[\\?\\d+u',
  // modifyOtherKeys, window reports, size in band, title reports
  '\\x1b\\[>\\d+;\\d+m',
  '\\x1b\\[[4-9];\\d+;\\d+t',
  '\\x1b\\[48;\\d+;\\d+(?:;\\d+;\\d+)?t',
  `\\x1b\\][lL]${string}${st}`,
  focusReport,
];
const reply = new RegExp(replies.join('|'), 'g');
const focusReports = new RegExp(focusReport, 'g');

/** The input without what a terminal sends by itself: empty when nobody typed anything. */
export function withoutReplies(input: Buffer): Buffer {
  return input.includes(0x1b) ? without(input, reply) : input;
}

/** The input without focus reports, for programs that have not asked for them. */
export function withoutFocus(input: Buffer): Buffer {
  if (input.length < focusReportLength) return input;
  return input.includes('\x1b[I') || input.includes('\x1b[O')
    ? without(input, focusReports)
    : input;
}

/** As latin1, bytes stay bytes. */
function without(input: Buffer, pattern: RegExp): Buffer {
  return Buffer.from(input.toString('latin1').replace(pattern, ''), 'latin1');
}
