// The help, written from the table of commands.
import { visibleCommands } from './commands.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';

interface Style {
  bold(text: string): string;
  dim(text: string): string;
}

const width = 80;

/** The page of `tempest help`. */
export function overview(style: Style): string {
  const entries = visibleCommands();
  const groups = groupBy(entries, ([, spec]) => spec.group);
  const nameWidth = Math.max(...entries.map(([name]) => name.length)) + 2;
  const lines = [
    'Run many AI coding agents at once, each in its own git worktree and terminal.',
    '',
    `${style.bold('Usage:')} tempest COMMAND [OPTIONS]`,
  ];
  for (const [group, members] of groups) {
    lines.push('', style.bold(`${group}:`));
    for (const [name, { summary }] of members) {
      lines.push(...hanging(`  ${name.padEnd(nameWidth)}`, summary));
    }
  }
  lines.push(
    '',
    style.bold('Examples:'),
    "  tempest new 'fix the flaky login test'",
    '  tempest list --watch',
    '  tempest attach fix-flaky-login-test',
    '',
    'See `tempest help COMMAND` for its options and examples.',
    style.dim('Exit codes: 0 done, 1 failed, 2 wrong usage. Errors go to standard error,'),
    style.dim('with --json as {"error": {"kind", "message", "hint"}}.'),
  );
  return `${lines.join('\n')}\n`;
}

/** The page of one command. */
export function commandHelp(name: string, spec: CommandSpec, style: Style): string {
  const lines = [`${spec.summary}.`, '', `${style.bold('Usage:')} ${usage(name, spec)}`];
  for (const paragraph of spec.details ?? []) lines.push('', ...wrap(paragraph, width));
  const options = Object.entries<OptionSpec>({
    ...spec.options,
    help: { short: 'h', summary: 'Show this help' },
  });
  lines.push('', style.bold('Options:'), ...optionLines(options));
  if (spec.examples.length > 0) {
    lines.push('', style.bold('Examples:'));
    for (const [line, purpose] of spec.examples) {
      lines.push(`  ${line}${purpose && style.dim(`   # ${purpose}`)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** `tempest new [PROMPT] [OPTIONS] [-- COMMAND…]` */
export function usage(name: string, spec: CommandSpec): string {
  const words = spec.arguments.map(({ name: argument, optional, many }) => {
    const word = argument.toUpperCase() + (many ? '…' : '');
    return optional ? `[${word}]` : word;
  });
  return [
    'tempest',
    name,
    ...words,
    ...(Object.keys(spec.options).length > 0 ? ['[OPTIONS]'] : []),
    ...(spec.rest ? [`[-- ${spec.rest.toUpperCase()}…]`] : []),
  ].join(' ');
}

function optionLines(options: [string, OptionSpec][]): string[] {
  const heads = options.map(([name, { short, value }]) => {
    const long = `--${name}${value ? ` ${value.toUpperCase()}` : ''}`;
    return `  ${short ? `-${short}, ` : '    '}${long}`;
  });
  const column = Math.max(...heads.map((head) => head.length)) + 2;
  return options.flatMap(([, { summary }], i) => hanging((heads[i] ?? '').padEnd(column), summary));
}

function hanging(head: string, text: string): string[] {
  const [first = '', ...others] = wrap(text, width - head.length);
  return [head + first, ...others.map((line) => ' '.repeat(head.length) + line)];
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line];
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
