// The commands about the command itself.
import type { CommandSpec } from '../spec.ts';
import { json } from './shared.ts';

export const helpCommands = {
  help: {
    group: 'Set up',
    summary: 'Explain a command',
    arguments: [{ name: 'command', optional: true, completes: 'commands' }],
    options: {},
    examples: [['tempest help new', '']],
  },
  version: {
    group: 'Set up',
    summary: 'Print the version',
    arguments: [],
    options: { json },
    examples: [['tempest version --json', '']],
  },
  __complete: {
    group: '',
    summary: 'Print what may stand at the last word, one candidate a line',
    arguments: [],
    rest: 'words',
    options: {},
    examples: [],
    hidden: true,
  },
} as const satisfies Record<string, CommandSpec>;
