// What every agent must do inside Tempest; a small file for each agent says how, see agent-under-test.ts.
import { afterEach, describe, it, type TestContext } from 'vitest';
import type { AgentUnderTest } from './agent-under-test.ts';
import { conversations } from './scenarios/conversations.ts';
import { endings } from './scenarios/endings.ts';
import { messages } from './scenarios/messages.ts';
import { modes } from './scenarios/modes.ts';
import { questions } from './scenarios/questions.ts';
import { turns } from './scenarios/turns.ts';
import { type Stage, setStage } from './stage.ts';

export interface Scenario {
  name: string;
  /** Whether the agent says all that is needed to try it; left out: always. One that doesn't must say why. */
  concerns?(agent: AgentUnderTest): boolean;
  play(stage: Stage): Promise<void>;
}

const scenarios: Scenario[] = [
  ...turns,
  ...messages,
  ...questions,
  ...endings,
  ...conversations,
  ...modes,
];

declare module 'vitest' {
  interface TaskMeta {
    cell?: {
      agent: string;
      scenario: string;
      expected: string[];
      seen: string[];
      delays: number[];
      note: string;
    };
  }
}

/** Plays all scenarios that concern the agent, each in a world of its own. */
export function playScenarios(agent: AgentUnderTest): void {
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.box.dispose();
    stage = null;
  });
  const note = (context: TestContext, scenario: string, reason: string) => {
    const rows = stage?.rows ?? { expected: [], seen: [], delays: [] };
    context.task.meta.cell = { agent: agent.name, scenario, ...rows, note: reason };
  };

  describe(`${agent.name} inside Tempest`, () => {
    for (const { name, concerns, play } of scenarios) {
      const reason = agent.except?.[name];
      if (!reason && concerns && !concerns(agent)) {
        throw new Error(`${agent.name} leaves out "${name}" and gives no reason`);
      }
      it(reason ? `${name}: can't be` : name, async (context) => {
        if (reason) return note(context, name, reason);
        try {
          stage = await setStage(agent);
          await play(stage);
        } catch (error) {
          if (error instanceof Error) error.message += `\n${await stage?.report()}`;
          throw error;
        } finally {
          note(context, name, '');
        }
      });
    }
  });
}
