// Before the first test of the real CLIs: installs them.
import type { TestProject } from 'vitest/node';
import { type AgentName, installAgents } from '../../scripts/agents.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The paths of their programs. */
    agents: Record<AgentName, string>;
  }
}

export async function setup(project: TestProject): Promise<void> {
  project.provide('agents', await installAgents({ say: (line) => console.log(line) }));
}
