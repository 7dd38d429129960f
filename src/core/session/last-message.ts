// Keeps the last words of each session's agent, whole: they often say what a commit should.
import type { Said } from './said.ts';
import { oneLine } from './signals.ts';
import type { Table } from './table.ts';

/** Longer ones, in characters, are cut: nobody commits with them. */
const longest = 20_000;

/** Listens until it is stopped. */
export function keepLastMessages({ said, table }: { said: Said; table: Table }): { stop(): void } {
  const forget = said.listen(async ({ id, event }) => {
    if (event.kind !== 'turn-ended' && event.kind !== 'said') return;
    const text = event.message?.trim() ?? '';
    if (text === '' || !table.has(id)) return;
    await table.note(id, { lastMessage: text.slice(0, longest), words: firstLines(text) });
  });
  return { stop: forget };
}

const mostLines = 3;

/** Enough for a list to say what was done, each line of a bounded length. */
function firstLines(text: string): string {
  const lines = text.split('\n', 100).map(oneLine);
  return lines
    .filter((line) => line !== '')
    .slice(0, mostLines)
    .join('\n');
}
