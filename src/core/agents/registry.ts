// All the agents a session can have: the ones known here, and those of the configuration.
import { TempestError } from '../errors.ts';
import type { Agent } from './agent.ts';
import { claudeAgent } from './claude.ts';
import { codexAgent } from './codex.ts';
import { commandAgent, customAgent } from './custom.ts';
import { demoAgent } from './demo.ts';
import type { AgentTable } from './table.ts';

export interface Registry {
  /** The agent of this name. Throws `unknown-agent`. */
  get(name: string): Agent;
  /** The agent of a session, which may be a command of its own. Throws `unknown-agent`. */
  of(session: { agent: string; command: readonly string[] | null }): Agent;
  /** All, the known ones first. */
  list(): Agent[];
}

/**
 * Knows the built-in agents and those of the config's `[agents.NAME]` tables.
 * `programs` is the folder of the built programs (dist), for the demo agent.
 */
export function agentsFrom(
  tables: Readonly<Record<string, AgentTable>>,
  programs: string,
): Registry {
  const agents = new Map<string, Agent>();
  for (const agent of [claudeAgent(), codexAgent(), demoAgent(programs)]) {
    agents.set(agent.name, agent);
  }
  for (const [name, table] of Object.entries(tables)) agents.set(name, fromTable(name, table));

  const get = (name: string): Agent => {
    const agent = agents.get(name);
    if (agent) return agent;
    const names = [...agents.keys()].join(', ');
    throw new TempestError(
      'unknown-agent',
      `No agent is called "${name}".`,
      `There are: ${names}.`,
    );
  };
  return {
    get,
    of: ({ agent, command }) => (command ? commandAgent(command) : get(agent)),
    list: () => [...agents.values()],
  };
}

/** A table that replaces a known CLI's command keeps what is known of it. */
function fromTable(name: string, table: AgentTable): Agent {
  const explicit = table.prompt !== undefined || table.resume !== undefined;
  const like = table.like ?? (explicit ? null : name);
  if (like === 'claude') return claudeAgent(name, table);
  if (like === 'codex') return codexAgent(name, table);
  return customAgent(name, table);
}
