// The shell line by which an agent's hook leaves its event in the session's spool folder.

/**
 * A line for `sh` that writes its standard input to a new file of `spool`, whole or not at all. It needs
 * no daemon and starts two small programs; the agent is never told of a failure, and never waits for
 * anything but the disk. `name` is the event's (letters, digits, `-`, `_`).
 */
export function hookCommand(spool: string, name: string): string {
  const folder = quoted(spool);
  // A pid may come again while nobody reads; with the time since boot, read without a program, it
  // is another name. Where there is no /proc, $t is empty.
  const keep = [
    `cat >${folder}/.$$`,
    '{ read -r t _ </proc/uptime || :; }',
    `mv ${folder}/.$$ ${folder}/"$t-$$.${name}"`,
  ].join(' && ');
  return `{ ${keep}; } 2>/dev/null || cat >/dev/null 2>&1; :`;
}

/** One word for a shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
