// What may stand at the last word of an unfinished command line, read off the table of commands.
import { findCommand, visibleCommands } from './commands.ts';
import type { CommandSpec, Completion, OptionSpec } from './spec.ts';

/** Words that are known at once, and a source that must be asked for more. */
export interface Wanted {
  known: [word: string, summary: string][];
  source: Completion | null;
  /** Stands before every word of the source: `--agent=`. */
  prefix: string;
  /** What is typed of the word itself. */
  partial: string;
}

/** `words` are what follows `tempest`, up to the cursor; the last is unfinished, maybe empty. */
export function wantedAt(words: string[]): Wanted {
  const partial = words.at(-1) ?? '';
  const [name = '', ...before] = words.slice(0, -1);
  if (words.length < 2) return { known: commandWords(), source: null, prefix: '', partial };
  const spec = findCommand(name);
  if (!spec) return { known: [], source: null, prefix: '', partial };
  const dashes = before.indexOf('--');
  if (dashes >= 0 && spec.rest) return afterDashes(spec, before.length - dashes - 1, partial);
  return dashes < 0 ? beforeDashes(spec, before, partial) : argumentAt(spec, before, partial);
}

function commandWords(): [string, string][] {
  return visibleCommands().map(([name, { summary }]) => [name, summary]);
}

function afterDashes({ rest }: CommandSpec, index: number, partial: string): Wanted {
  const source = rest === 'command' && index === 0 ? 'programs' : 'files';
  return { known: [], source, prefix: '', partial };
}

function beforeDashes(spec: CommandSpec, before: string[], partial: string): Wanted {
  const inline = /^--([^=]+)=(.*)$/s.exec(partial);
  if (inline) {
    const [, name = '', typed = ''] = inline;
    return ofOption(spec.options[name], `--${name}=`, typed);
  }
  const asking = optionNeedingValue(spec, before.at(-1));
  if (asking) return ofOption(asking, '', partial);
  if (partial.startsWith('-'))
    return { known: optionWords(spec), source: null, prefix: '', partial };
  return argumentAt(spec, before, partial);
}

function ofOption(option: OptionSpec | undefined, prefix: string, partial: string): Wanted {
  return { known: [], source: option?.completes ?? null, prefix, partial };
}

function argumentAt(spec: CommandSpec, before: string[], partial: string): Wanted {
  const index = before.filter(
    (word, i) => !word.startsWith('-') && !optionNeedingValue(spec, before[i - 1]),
  ).length;
  const last = spec.arguments.at(-1);
  const argument = spec.arguments[index] ?? (last?.many ? last : undefined);
  return ofOption(argument && { summary: '', ...argument }, '', partial);
}

function optionNeedingValue(spec: CommandSpec, word: string | undefined): OptionSpec | undefined {
  if (!word?.startsWith('-') || word === '--' || word.includes('=')) return undefined;
  return Object.entries(spec.options).find(
    ([name, { short, value }]) => value && (word === `--${name}` || word === `-${short}`),
  )?.[1];
}

function optionWords(spec: CommandSpec): [string, string][] {
  const options = Object.entries(spec.options).map(([name, { summary }]): [string, string] => [
    `--${name}`,
    summary,
  ]);
  return [...options, ['--help', 'Show this help']];
}
