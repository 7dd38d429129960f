// From the words of a command line to a command's input, or a usage error that helps.
import { parseArgs } from 'node:util';
import { findCommand, visibleCommands } from './commands.ts';
import { UsageError } from './failure.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import { nearest } from './suggest.ts';

export interface Parsed {
  name: string;
  spec: CommandSpec;
  options: Record<string, string | boolean | undefined>;
  args: Record<string, string | readonly string[] | undefined>;
  rest: string[] | null;
  /** `--help` was among the options: nothing else was checked. */
  help: boolean;
}

const helpSwitch: OptionSpec = { short: 'h', summary: 'Show this help' };

/** @throws UsageError */
export function parseCommandLine(words: string[]): Parsed {
  const [name = 'help', ...others] = words;
  const spec = findCommand(name);
  if (!spec) throw unknownCommand(name);
  const [own, rest] = spec.rest ? splitAtDashes(others) : [others, null];
  const options = { ...spec.options, help: helpSwitch };
  const { tokens } = parseArgs({
    args: own,
    options: parserOptions(options),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values: Parsed['options'] = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') {
      const option = Object.hasOwn(options, token.name)
        ? options[token.name as keyof typeof options]
        : undefined;
      if (!option) throw unknownOption(name, token.rawName, options);
      values[token.name] = optionValue(name, token, option);
    }
  }
  if (values.help) return { name, spec, options: values, args: {}, rest, help: true };
  return { name, spec, options: values, args: bind(name, spec, positionals), rest, help: false };
}

function splitAtDashes(words: string[]): [own: string[], rest: string[] | null] {
  const at = words.indexOf('--');
  return at < 0 ? [words, null] : [words.slice(0, at), words.slice(at + 1)];
}

function parserOptions(options: Record<string, OptionSpec>) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { short, value }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
    ]),
  );
}

interface OptionToken {
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function optionValue(command: string, token: OptionToken, option: OptionSpec): string | true {
  const { rawName, value, inlineValue } = token;
  if (!option.value) {
    if (value === undefined) return true;
    throw new UsageError(`${rawName} takes no value`, seeHelp(command));
  }
  if (value === undefined || (!inlineValue && /^-./.test(value))) {
    throw new UsageError(
      `${rawName} needs a value`,
      `Write ${rawName} ${option.value.toUpperCase()}${value ? `, or ${rawName}=${value} if that is the value` : ''}.`,
    );
  }
  return value;
}

function bind(command: string, spec: CommandSpec, words: string[]): Parsed['args'] {
  const extra = words[spec.arguments.length];
  if (extra !== undefined && !spec.arguments.at(-1)?.many) {
    const quote = spec.arguments.at(-1)?.name.match(/^(prompt|text)$/);
    throw new UsageError(
      `unexpected argument '${extra}'`,
      quote ? `Quote the ${quote[0]}, so that it is one argument.` : seeHelp(command),
    );
  }
  const missing = spec.arguments.find(({ optional }, i) => !optional && words[i] === undefined);
  if (missing) {
    throw new UsageError(`${missing.name.toUpperCase()} is missing`, seeHelp(command));
  }
  return Object.fromEntries(
    spec.arguments.map(({ name, many }, i) => [name, many ? words.slice(i) : words[i]]),
  );
}

function unknownCommand(name: string): UsageError {
  const meant = nearest(
    name,
    visibleCommands().map(([known]) => known),
  );
  return new UsageError(
    name.startsWith('-') ? `unknown option '${name}'` : `unknown command '${name}'`,
    meant ? `Did you mean '${meant}'?` : 'See `tempest help` for all commands.',
  );
}

function unknownOption(
  command: string,
  typed: string,
  options: Record<string, OptionSpec>,
): UsageError {
  const meant = nearest(typed.replace(/^-+/, ''), Object.keys(options));
  return new UsageError(
    `unknown option '${typed}' of '${command}'`,
    meant ? `Did you mean '--${meant}'?` : seeHelp(command),
  );
}

const seeHelp = (command: string) => `See \`tempest help ${command}\`.`;
