// The shell line by which an agent's hook leaves its event in the session's spool folder.

/** The last byte of a file that a hook has written to its end; no event's own text holds it. */
const end = '\x04';

/** What ends the name of a file that is whole once `end` stands in it; others are whole from the first. */
const growing = '+';

/**
 * A line for `sh` that writes its standard input to a new file of `spool`, known as whole by its last byte.
 * It needs no daemon and starts one small program; the agent is never told of a failure, and never waits
 * for anything but the disk. `name` is the event's (letters, digits, `-`, `_`).
 */
export function hookCommand(spool: string, name: string): string {
  const folder = quoted(spool);
  // A pid may come again while nobody reads; with the time since boot, read without a program, it
  // is another name. Where there is no /proc, $t is empty.
  const keep = [
    '{ read -r t _ </proc/uptime || :; }',
    `{ cat && printf '\\4'; } >${folder}/"$t-$$.${name}${growing}"`,
  ].join(' && ');
  return `{ ${keep}; } 2>/dev/null || cat >/dev/null 2>&1; :`;
}

/**
 * The event's name and text in a file of a spool folder; null while a hook still writes it, or when it was
 * ended in the midst of that.
 */
export function readSpoolFile(file: string, text: string): { name: string; text: string } | null {
  // `1234.56-789.Stop` is a `Stop`.
  const name = file.slice(file.lastIndexOf('.') + 1);
  if (!name.endsWith(growing)) return { name, text };
  if (!text.endsWith(end)) return null;
  return { name: name.slice(0, -growing.length), text: text.slice(0, -end.length) };
}

/** One word for a shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
