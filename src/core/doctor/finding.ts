// What an examination finds, and what it may touch.
import type { Deps } from '../session/deps.ts';
import type { Guard } from '../session/guard.ts';

export interface Finding {
  /** A note asks for nothing: it only says what the person may want to know. */
  severity: 'problem' | 'note';
  problem: string;
  /** What was done about it, or would be with `repair`. */
  remedy: string;
  /** Whether `repair` would do something about it. */
  mendable: boolean;
  repaired: boolean;
}

export interface Scene {
  deps: Deps;
  /** Mending a session must not overlap with what a person does to it. */
  guard: Guard;
  repair: boolean;
}

/** Looks at one kind of thing, and mends it when the scene says so. */
export type Examination = (scene: Scene) => Promise<Finding[]>;

export function problem(text: string, remedy: string): Finding {
  return { severity: 'problem', problem: text, remedy, mendable: false, repaired: false };
}

export function note(text: string, remedy = ''): Finding {
  return { severity: 'note', problem: text, remedy, mendable: false, repaired: false };
}

export interface Mendable {
  problem: string;
  /** Present tense, for before: "`--repair` makes it anew from its branch". */
  wouldBe: string;
  /** Past tense, for after. */
  done: string;
  /** False, or an error, means that it could not be mended. */
  mend(): Promise<boolean>;
}

/** A problem that is mended at once when the scene says so. */
export async function mendable({ repair }: Scene, what: Mendable): Promise<Finding> {
  if (!repair) return { ...problem(what.problem, what.wouldBe), mendable: true };
  try {
    if (await what.mend()) return { ...problem(what.problem, what.done), repaired: true };
    return problem(what.problem, 'It could not be mended.');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return problem(what.problem, `It could not be mended: ${why}`);
  }
}
