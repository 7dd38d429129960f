// How a command is described: help, parsing, completion and the manual all read the same table.

/** What the shell offers for a value. A list offers itself. */
export type Completion =
  | 'sessions'
  | 'removed-sessions'
  | 'agents'
  | 'prompts'
  | 'branches'
  | 'checkpoints'
  | 'folders'
  | 'files'
  | 'commands'
  | 'programs'
  | readonly string[];

export interface OptionSpec {
  /** One letter, used as `-f`. */
  short?: string;
  /** The value's name in the help; an option without one is a switch. */
  value?: string;
  summary: string;
  completes?: Completion;
}

export interface ArgumentSpec {
  name: string;
  optional?: true;
  /** One or more of it; the last argument only. */
  many?: true;
  completes?: Completion;
}

export interface CommandSpec {
  group: string;
  summary: string;
  /** Paragraphs for `tempest help COMMAND`. */
  details?: readonly string[];
  arguments: readonly ArgumentSpec[];
  /** Name of what follows `--`, handed on untouched. */
  rest?: string;
  options: Readonly<Record<string, OptionSpec>>;
  /** Command line and what it is for. */
  examples: readonly (readonly [line: string, purpose: string])[];
  /** Not for people: left out of help and completion. */
  hidden?: true;
}

type OptionValues<C extends CommandSpec> = {
  [K in keyof C['options']]: C['options'][K] extends { value: string }
    ? string | undefined
    : boolean;
};

type ArgumentValues<C extends CommandSpec> = {
  [A in C['arguments'][number] as A['name']]: A extends { many: true }
    ? readonly string[]
    : A extends { optional: true }
      ? string | undefined
      : string;
};

/** What a command receives of its command line. */
export interface Input<C extends CommandSpec> {
  options: OptionValues<C>;
  args: ArgumentValues<C>;
  /** What followed `--`; null without one. */
  rest: string[] | null;
}
