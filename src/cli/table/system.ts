// The commands about the machine: set-up, health, and the doors for other programs.
import type { CommandSpec } from '../spec.ts';
import { json } from './shared.ts';

const setup = 'Set up';
const programs = 'For other programs';

export const systemCommands = {
  agents: {
    group: setup,
    summary: 'List the agents that can be started, and which are installed',
    details: [
      'On a terminal a list; otherwise one line an agent with tab-separated name, path, `default`, ' +
        'description, version, and what it can do here.',
    ],
    arguments: [],
    options: { json },
    examples: [['tempest agents', '']],
  },
  approve: {
    group: setup,
    summary: "Approve a repository's setup command and its check",
    details: [
      'Shows the exact text that `.tempest.toml` asks to run in every new worktree, and to check ' +
        'the work of sessions. It runs only once you approved it; when it changes, you are asked again.',
    ],
    arguments: [{ name: 'path', optional: true, completes: 'folders' }],
    options: { yes: { short: 'y', summary: 'Approve without a question' }, json },
    examples: [['tempest approve', '']],
  },
  doctor: {
    group: setup,
    summary: 'Find what is wrong or was left behind by a crash, and mend it',
    details: [
      'Looks at this machine, the daemon, the terminal host and every session. Without ' +
        '--repair it mends nothing unasked: on a terminal it asks. Exit code 1 when a problem is left.',
    ],
    arguments: [],
    options: { repair: { summary: 'Mend what can be mended, and say what was done' }, json },
    examples: [['tempest doctor --repair', '']],
  },
  completion: {
    group: setup,
    summary: 'Print the completion script of a shell',
    arguments: [{ name: 'shell', completes: ['bash', 'zsh', 'fish'] }],
    options: {},
    examples: [
      ['source <(tempest completion bash)', 'in ~/.bashrc'],
      ['source <(tempest completion zsh)', 'in ~/.zshrc, after compinit'],
      ['tempest completion fish > ~/.config/fish/completions/tempest.fish', ''],
    ],
  },
  serve: {
    group: programs,
    summary: 'Make sure that the daemon runs',
    details: ['Every command does this by itself; editors may want to do it early.'],
    arguments: [],
    options: {
      foreground: { summary: 'Be the daemon, here, until Ctrl-C' },
      'print-socket': { summary: "Print nothing but its socket's path" },
      json,
    },
    examples: [['tempest serve --print-socket', 'for a JSON-RPC client']],
  },
  rpc: {
    group: programs,
    summary: "Speak the daemon's JSON-RPC on standard input and output",
    details: ['For editors that can start a program, but not connect to a socket.'],
    arguments: [],
    options: { stdio: { summary: 'Required: says which channel is meant' } },
    examples: [['tempest rpc --stdio', '']],
  },
} as const satisfies Record<string, CommandSpec>;
