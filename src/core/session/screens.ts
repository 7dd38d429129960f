// Reads the screens of agents that show only there whether they ask something or take a prompt.
import type { Agent } from '../agents/agent.ts';
import type { Deps } from './deps.ts';
import { isLive, type SessionRecord, terminalId } from './record.ts';

export interface Screens {
  /** Its terminal has shown something new. Cheap to call often. */
  changed(id: string): void;
}

/** How long after a change the screen is read, in ms: it is drawn in pieces. */
const settleMs = 150;

type ScreenDeps = Pick<Deps, 'table' | 'terminals' | 'status' | 'clock' | 'now' | 'log'>;

/** `agentOf` is null for an agent that isn't known any more. */
export function createScreens(
  deps: ScreenDeps,
  agentOf: (record: SessionRecord) => Agent | null,
): Screens {
  const waiting = new Set<string>();

  const look = async (id: string) => {
    waiting.delete(id);
    if (!deps.table.has(id)) return;
    const record = deps.table.get(id);
    const agent = agentOf(record);
    if (!agent?.readScreen || !isToBeRead(agent, record)) return;
    const at = deps.now();
    const screen = await screenOf(deps, record);
    const isSame = deps.table.has(id) && deps.table.get(id).generation === record.generation;
    if (screen !== null && isSame) {
      deps.status.saw(id, record.generation, agent.readScreen(screen), at);
    }
  };

  return {
    changed(id) {
      if (waiting.has(id)) return;
      const record = deps.table.get(id);
      const agent = agentOf(record);
      if (!agent || !isToBeRead(agent, record)) return;
      waiting.add(id);
      deps.clock.after(settleMs, () => {
        look(id).catch((error) => deps.log(`the screen of ${record.name}: ${error}`));
      });
    },
  };
}

/** Whether an empty input line is on the agent's screen; null where that can't be told. */
export async function showsInput(deps: Deps, record: SessionRecord): Promise<boolean | null> {
  const agent = (await deps.agents()).of(record);
  if (!agent.readScreen || agent.readEvent) return null;
  const screen = await screenOf(deps, record);
  return screen === null ? null : agent.readScreen(screen).status === 'idle';
}

/** One that speaks for itself says all that better, once it does. */
function isToBeRead({ readScreen, readEvent }: Agent, record: SessionRecord): boolean {
  return readScreen !== undefined && isLive(record) && !(readEvent && record.heard?.speaks);
}

async function screenOf(
  deps: Pick<Deps, 'terminals'>,
  record: SessionRecord,
): Promise<string | null> {
  const host = await deps.terminals.running();
  const params = { terminal: terminalId(record), format: 'text', scrollback: false } as const;
  const screen = await host?.call('screen', params).catch(() => null);
  return screen?.text ?? null;
}
