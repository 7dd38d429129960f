// The demo agent's memory: one JSON line a turn, so that a resumed conversation goes on where it was.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const turnSchema = z.object({
  prompt: z.string(),
  /** Files that the turn changed, relative to the folder. */
  files: z.array(z.string()),
  /** The last thing said; null while the turn goes on, or if it was never ended. */
  summary: z.string().nullable(),
});
export type Turn = z.infer<typeof turnSchema>;

export interface Conversation {
  readonly turns: readonly Turn[];
  /** Writes down a turn as soon as it begins, so that an agent killed in it still remembers it. */
  begin(prompt: string): void;
  end(files: string[], summary: string): void;
}

/** Opens the conversation kept in `file`, which need not exist. Lines that can't be read are passed over. */
export function openConversation(file: string): Conversation {
  const turns = readTurns(file);
  const write = (turn: Turn) => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${JSON.stringify(turn)}\n`, { mode: 0o600 });
  };
  return {
    turns,
    begin(prompt) {
      turns.push({ prompt, files: [], summary: null });
      write({ prompt, files: [], summary: null });
    },
    end(files, summary) {
      const turn = { prompt: turns.at(-1)?.prompt ?? '', files, summary };
      turns[turns.length - 1] = turn;
      write(turn);
    },
  };
}

/** A turn has a line for its beginning and, most often, one for its end, which takes the first's place. */
function readTurns(file: string): Turn[] {
  const turns: Turn[] = [];
  for (const line of readLines(file)) {
    const turn = parseTurn(line);
    if (!turn) continue;
    if (turn.summary !== null && turns.at(-1)?.summary === null) turns.pop();
    turns.push(turn);
  }
  return turns;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function parseTurn(line: string): Turn | null {
  try {
    return turnSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
