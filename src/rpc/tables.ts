// The generated tables of docs/protocol/README.md.
import type { z } from 'zod';
import { errorKinds } from '../core/errors.ts';
import { errorCode } from './constants.ts';
import { codeMeanings, errorMeanings } from './error-meanings.ts';
import { notifications, requests } from './protocol.ts';

/** Puts each table between its markers, `<!-- methods -->` and `<!-- /methods -->` and so on. */
export function fillTables(page: string): string {
  const tables = {
    methods: table(['Method', 'Parameters', 'What it does'], Object.entries(requests).map(row)),
    notifications: table(
      ['Notification', 'Parameters', 'When'],
      Object.entries(notifications).map(row),
    ),
    codes: table(
      ['Code', 'When'],
      Object.entries(errorCode).map(([name, code]) => [
        `${code}`,
        codeMeanings[name as keyof typeof errorCode],
      ]),
    ),
    kinds: table(
      ['`data.kind`', 'Meaning'],
      errorKinds.map((kind) => [`\`${kind}\``, errorMeanings[kind]]),
    ),
  };
  return Object.entries(tables).reduce(fill, page);
}

function fill(page: string, [name, text]: [string, string]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no markers for ${name}`);
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
}

function row([name, entry]: [string, { summary: string; params: z.ZodObject }]): string[] {
  const fields = Object.entries(entry.params.shape as Record<string, z.ZodType>).map(
    ([field, schema]) => (schema.safeParse(undefined).success ? `${field}?` : `**${field}**`),
  );
  return [`\`${name}\``, fields.join(', ') || '–', entry.summary];
}

/** Aligned, as the formatter has it. */
function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) =>
    Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const [first = [], ...rest] = all;
  return [
    line(first, ' '),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rest.map((cells) => line(cells, ' ')),
  ].join('\n');
}
