// One turn of the demo agent: think, look, edit in steps, ask once, sum up.
import { apply, type Edit, editSteps } from './edits.ts';
import { sourceFiles } from './files.ts';
import { style } from './screen.ts';

/** What a turn needs of the program around it. Every promise rejects with `Interrupted` on Escape. */
export interface Stage {
  root: string;
  /** Waits `steps` paces, while the spinner says `doing`; with a tool, it is that which is at work. */
  work(doing: string, steps: number, tool?: Tool): Promise<void>;
  /** Whether the tool may run. */
  ask(tool: Tool): Promise<boolean>;
  say(...lines: string[]): void;
}

export interface Tool {
  name: string;
  /** What it works on: a file, a command. */
  on: string;
}

export class Interrupted extends Error {}

/** The service wants no more for now. */
export class Limited extends Error {}

export interface TurnResult {
  files: string[];
  summary: string;
}

/** A prompt with these words is not asked about anything. */
const dontAsk = /without asking/i;
/** With these, it meets what real agents meet. */
const tooMuch = /hit the rate limit/i;

/**
 * Works on the prompt and writes its edits. `files` is filled as they come, so that it holds what was
 * done also when the turn is interrupted.
 */
export async function runTurn(
  stage: Stage,
  prompt: string,
  first: string,
  files: string[],
): Promise<TurnResult> {
  await stage.work('Thinking', 2);
  stage.say('', `${bullet} I'll read the code around it first.`);
  await readSome(stage);
  if (tooMuch.test(prompt)) throw new Limited('Rate limit reached: try again in an hour');

  let added = 0;
  for (const step of editSteps(stage.root, prompt, first)) {
    const planned = step();
    if (!planned) continue;
    const tool = { name: planned.isNew ? 'Create' : 'Edit', on: planned.path };
    await stage.work('Editing', 2, tool);
    // The person may have changed the file meanwhile.
    const edit = step();
    if (!edit) continue;
    apply(stage.root, edit);
    files.push(edit.path);
    added += edit.added.length;
    stage.say('', ...describe(edit));
  }
  const checked = await check(stage, prompt);
  await stage.work('Summing up', 1);
  const count = new Set(files).size;
  const summary = `Done: ${count} ${count === 1 ? 'file' : 'files'} changed, ${added} lines added; ${checked}.`;
  stage.say('', `${style.good('●')} ${summary}`);
  return { files, summary };
}

const bullet = style.accent('●');

async function readSome(stage: Stage): Promise<void> {
  for (const path of sourceFiles(stage.root).slice(0, 2)) {
    await stage.work('Reading', 1, { name: 'Read', on: path });
    stage.say('', `${bullet} ${style.bold('Read')} ${path}`);
  }
}

async function check(stage: Stage, prompt: string): Promise<string> {
  const command = 'npm test';
  const tool = { name: 'Run', on: command };
  if (!dontAsk.test(prompt) && !(await stage.ask(tool))) {
    stage.say('', `${style.bad('●')} ${style.bold('Run')} ${command}  ${style.dim('declined')}`);
    return 'tests not run';
  }
  await stage.work('Running tests', 3, tool);
  stage.say(
    '',
    `${bullet} ${style.bold('Run')} ${command}`,
    style.dim('  ⎿ rehearsed only: the demo runs no commands'),
  );
  return 'tests rehearsed';
}

function describe({ path, isNew, added, after }: Edit): string[] {
  const shown = added.slice(0, 8).map((text, index) => {
    const number = style.dim(String(after + index + 1).padStart(6));
    return `${number} ${style.good(`+ ${text}`)}`;
  });
  const more = added.length - shown.length;
  return [
    `${bullet} ${style.bold(isNew ? 'Create' : 'Edit')} ${path}  ${style.good(`+${added.length}`)}`,
    ...shown,
    ...(more > 0 ? [style.dim(`       … ${more} more lines`)] : []),
  ];
}
