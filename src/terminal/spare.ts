// One screen made in advance, while nobody waits for it: of all that a start takes here, only the
// program itself takes longer.
import { makeScreen, type Screen } from './screen.ts';

/** Once the program that was started last has had its first words, in ms. */
const laterMs = 100;

/** Gives screens; the next is likely to be as large as the last. */
export function screenMaker(): (cols: number, rows: number) => Screen {
  let spare: Screen | null = null;
  return (cols, rows) => {
    const made = spare?.cols === cols && spare.rows === rows ? spare : null;
    if (!made) spare?.dispose();
    spare = null;
    setTimeout(() => {
      spare ??= makeScreen(cols, rows);
    }, laterMs).unref();
    return made ?? makeScreen(cols, rows);
  };
}
