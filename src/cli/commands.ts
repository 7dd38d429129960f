// The table of commands: the one source of parsing, help and completion.

import type { CommandSpec } from './spec.ts';
import { attemptCommands } from './table/attempts.ts';
import { attentionCommands } from './table/attention.ts';
import { commentCommands } from './table/comments.ts';
import { helpCommands } from './table/help.ts';
import { messageCommands } from './table/messages.ts';
import { reviewCommands } from './table/review.ts';
import { sessionCommands } from './table/sessions.ts';
import { shipCommands } from './table/ship.ts';
import { systemCommands } from './table/system.ts';

export const commands = {
  ...sessionCommands,
  ...messageCommands,
  ...attentionCommands,
  ...attemptCommands,
  ...reviewCommands,
  ...commentCommands,
  ...shipCommands,
  ...systemCommands,
  ...helpCommands,
} as const satisfies Record<string, CommandSpec>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;

/** The entry of a name that a person typed, if there is one. */
export function findCommand(name: string): CommandSpec | undefined {
  return Object.hasOwn(commands, name) ? commands[name as CommandName] : undefined;
}

/** Every command meant for people, in the order of the help. */
export function visibleCommands(): [name: string, spec: CommandSpec][] {
  return Object.entries<CommandSpec>(commands).filter(([, spec]) => !spec.hidden);
}
