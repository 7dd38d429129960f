// What an agent can do here, told from its adapter.
import type { Agent } from './agent.ts';

export const agentFeatures = [
  /** It tells its status itself; without, the terminal's signals do. */
  'events',
  /** It says what it asks. */
  'questions',
  /** It says how many tokens it used. */
  'usage',
  'resume',
  'fork',
  /** Its conversation goes back to a checkpoint with the files. */
  'rewind',
  /** It has a mode in which it asks for no permission. */
  'permissionless',
] as const;
export type AgentFeature = (typeof agentFeatures)[number];

export function featuresOf(agent: Agent): AgentFeature[] {
  const has: Record<AgentFeature, boolean> = {
    events: agent.readEvent !== undefined,
    questions: agent.says?.includes('questions') ?? false,
    usage: agent.says?.includes('usage') ?? false,
    resume: agent.resume !== undefined,
    fork: agent.fork !== undefined,
    rewind: agent.rewind !== undefined,
    permissionless: agent.permissionless !== undefined,
  };
  return agentFeatures.filter((feature) => has[feature]);
}
