// Attempts side by side, as a table for a terminal.
import stringWidth from 'string-width';
import type { Result } from '../../rpc/protocol.ts';
import type { Colors } from '../colors.ts';
import { age, oneLine, tokens } from '../text.ts';
import { checkResult } from './check.ts';

type Attempt = Result<'group/compare'>['attempts'][number];

const head = ['NAME', 'AGENT', 'STATUS', 'FILES', '+', '-', 'CHECK', 'TOKENS', 'TURNS', 'TIME'];
/** Numbers stand at the right of their column. */
const isNumber = head.map((name) => /^(FILES|\+|-|TOKENS|TURNS|TIME)$/.test(name));

/** Head and one line an attempt. */
export function attemptTable(attempts: Attempt[], colors: Colors): string[] {
  const rows = [head, ...attempts.map(cells)];
  const widths = head.map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  const [first = '', ...rest] = rows.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
        return isNumber[column] ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
  return [colors.dim(first), ...rest];
}

function cells({ session, turns, ms }: Attempt): string[] {
  const { name, agent, command, status, unseen, changes, check, usage } = session;
  return [
    oneLine(name),
    oneLine(command?.[0] ?? agent),
    status === 'idle' && unseen ? 'done' : status,
    String(changes?.files ?? ''),
    String(changes?.added ?? ''),
    String(changes?.removed ?? ''),
    check ? checkResult(check) : '',
    usage ? tokens(usage.total.input + usage.total.output) : '',
    String(turns),
    age(0, ms),
  ];
}
