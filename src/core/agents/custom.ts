// Any other CLI: as configured, or as given after `--`.
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { Agent, Launch, LaunchContext } from './agent.ts';
import { findConversationFile } from './conversation-file.ts';
import { readCustomEvent } from './custom-events.ts';
import { hookCommand } from './hook.ts';
import { type AgentTable, marks } from './table.ts';

/** An agent by its `[agents.NAME]` table. */
export function customAgent(name: string, table: AgentTable): Agent {
  const { command = [], env, resume, prompt = 'argument', conversation, events } = table;
  const { permissionless, permissionless_args, answers } = table;
  const namesConversation = command.some((word) => word.includes(marks.conversation));
  const needsConversation = resume?.some((word) => word.includes(marks.conversation)) ?? false;
  const file = conversation && 'file' in conversation ? conversation.file : null;
  const field = conversation && 'event' in conversation ? conversation.event : null;
  const told = Object.values(events ?? {});
  const says = [
    ...(told.some(({ kind }) => kind === 'asked') ? (['questions'] as const) : []),
    ...(told.some(({ usage }) => usage) ? (['usage'] as const) : []),
  ];
  const launch = (words: readonly string[], context: LaunchContext): Launch => {
    const fill = filler(context);
    const [program = '', ...args] = words.map(fill);
    return {
      file: program,
      args: [...args, ...(permissionless ? (permissionless_args ?? []) : [])],
      env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)])),
    };
  };
  return {
    name,
    description: table.description ?? command.join(' '),
    file: command[0] ?? '',
    ...(permissionless_args && { permissionless }),
    ...(namesConversation && !conversation && { newConversation: () => randomUUID() }),
    ...(file && { findConversation: (context) => findConversationFile(file, context) }),
    ...(events && { readEvent: (event) => readCustomEvent(events, field, event) }),
    ...(says.length > 0 && { says }),
    ...(answers && { answers }),
    start(context) {
      const start = launch(command, context);
      if (context.prompt === '' || prompt === 'none') return start;
      if (prompt === 'typed') return { ...start, typed: context.prompt, mayBePlain: true };
      const words = prompt === 'argument' ? [marks.prompt] : prompt;
      return { ...start, args: [...start.args, ...words.map(promptFiller(context.prompt))] };
    },
    ...(resume && {
      async resume(context) {
        if (needsConversation && context.conversation === null) return null;
        return launch(resume, context);
      },
    }),
  };
}

/**
 * The agent of a session that was created with `-- COMMAND…`. The command runs as it is; the prompt is
 * never typed into it, since it may be a shell, but it finds it in `TEMPEST_PROMPT`.
 */
export function commandAgent(command: readonly string[]): Agent {
  const [file = '', ...args] = command;
  return {
    name: 'command',
    description: command.join(' '),
    file,
    ...(isShell(command) && { isShell: true }),
    start: ({ prompt }) => ({ file, args, env: { TEMPEST_PROMPT: prompt } }),
  };
}

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'mksh', 'tcsh', 'nu', 'pwsh']);

/** One that reads its commands from the terminal, and runs no script. */
function isShell([file = '', ...args]: readonly string[]): boolean {
  return shells.has(basename(file)) && args.every((arg) => /^-(-(?!command)|[^-c]*$)/.test(arg));
}

/** Puts what is known at this start in the place of its marks. */
function filler({ conversation, spool }: LaunchContext): (word: string) => string {
  return (word) =>
    word
      .replaceAll(marks.hook, (_, event: string) => hookCommand(spool, event))
      .replaceAll(marks.spool, () => spool)
      .replaceAll(marks.conversation, () => conversation ?? '');
}

/** Not every CLI knows `--`, but none takes a word that begins with a space for an option. */
function promptFiller(prompt: string): (word: string) => string {
  const operand = prompt.startsWith('-') ? ` ${prompt}` : prompt;
  return (word) => (word === marks.prompt ? operand : word.replaceAll(marks.prompt, () => prompt));
}
