// All the agents a session can have: the ones known here, and those of the configuration.
import { TempestError } from '../errors.ts';
import type { Agent } from './agent.ts';
import { aiderAgent } from './aider.ts';
import { ampAgent } from './amp.ts';
import { claudeAgent } from './claude.ts';
import { clineAgent } from './cline.ts';
import { codexAgent } from './codex.ts';
import { copilotAgent } from './copilot.ts';
import { cursorAgent } from './cursor.ts';
import { commandAgent, customAgent } from './custom.ts';
import { demoAgent } from './demo.ts';
import { droidAgent } from './droid.ts';
import { geminiAgent } from './gemini.ts';
import { gooseAgent } from './goose.ts';
import type { AgentFactory } from './known.ts';
import { opencodeAgent } from './opencode.ts';
import { piAgent } from './pi.ts';
import { qwenAgent } from './qwen.ts';
import { type AgentTable, type KnownAgent, likeOf } from './table.ts';

export interface Registry {
  /** The agent of this name. Throws `unknown-agent`. */
  get(name: string): Agent;
  /** The agent of a session, which may be a command of its own. Throws `unknown-agent`. */
  of(session: { agent: string; command: readonly string[] | null }): Agent;
  /** All, the known ones first. */
  list(): Agent[];
}

/** One line an agent. */
const factories = (programs: string): Record<KnownAgent, AgentFactory> => ({
  claude: claudeAgent,
  codex: codexAgent,
  opencode: (name, table) => opencodeAgent(programs, name, table),
  pi: (name, table) => piAgent(programs, name, table),
  gemini: geminiAgent,
  qwen: qwenAgent,
  copilot: copilotAgent,
  'cursor-agent': cursorAgent,
  amp: ampAgent,
  droid: droidAgent,
  goose: gooseAgent,
  cline: clineAgent,
  aider: aiderAgent,
  demo: (name, table) => demoAgent(programs, name, table),
});

/**
 * Knows the built-in agents and those of the config's `[agents.NAME]` tables.
 * `programs` is the folder of the built programs (dist), for the demo agent and for what runs inside agents.
 * Throws `bad-config` for a table that asks for a mode its agent hasn't.
 */
export function agentsFrom(
  tables: Readonly<Record<string, AgentTable>>,
  programs: string,
): Registry {
  const known = factories(programs);
  const agents = new Map<string, Agent>(
    Object.entries(known).map(([name, make]) => [name, make()]),
  );
  for (const [name, table] of Object.entries(tables)) {
    const like = likeOf(name, table);
    const agent = like ? known[like](name, table) : customAgent(name, table);
    if (table.permissionless && !agent.permissionless) throw noSuchMode(name);
    agents.set(name, agent);
  }

  const get = (name: string): Agent => {
    const agent = agents.get(name);
    if (agent) return agent;
    const names = [...agents.keys()].join(', ');
    throw new TempestError('unknown-agent', `no agent is called "${name}"`, `There are: ${names}.`);
  };
  return {
    get,
    of: ({ agent, command }) => (command ? commandAgent(command) : get(agent)),
    list: () => [...agents.values()],
  };
}

function noSuchMode(name: string): TempestError {
  return new TempestError(
    'bad-config',
    `agents.${name}.permissionless: this agent has no mode that asks for no permission`,
    'Leave it out, or give `permissionless_args` if a newer version has one.',
  );
}
