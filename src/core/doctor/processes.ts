// Terminals that no session knows, and processes that outlived their session.
import { readdirSync, readFileSync } from 'node:fs';
import type { TerminalState } from '../../terminal/protocol.ts';
import { identify } from '../process.ts';
import { endTree } from '../process-tree.ts';
import { isLive, terminalId } from '../session/record.ts';
import { type Examination, type Finding, mendable, problem, type Scene } from './finding.ts';

/** How long a program may take to end by itself. Ms. */
const graceMs = 6_000;
/** Of no process: then the mark alone says what belongs to the session. */
const nobody = { pid: -1, startTime: '' };

export const examineTerminals: Examination = async (scene) => {
  const { table, terminals } = scene.deps;
  const findings: Finding[] = [];
  for (const terminal of await terminals.list()) {
    const id = terminal.id.split('.')[0] ?? '';
    if (table.has(id) && terminal.id === terminalId(table.get(id))) continue;
    // A start that is under way has its terminal before its record says so.
    if (table.has(id) && table.get(id).task !== null) continue;
    findings.push(await examineTerminal(scene, terminal, id));
  }
  return findings;
};

async function examineTerminal(
  scene: Scene,
  terminal: TerminalState,
  id: string,
): Promise<Finding> {
  const { table, terminals } = scene.deps;
  if (!table.has(id) && !terminal.exit) {
    const text = `Process ${terminal.pid} runs in a terminal of a session, ${id}, that has no record`;
    return problem(text, 'It was left alone, since its work may be needed. End it if it is not.');
  }
  return mendable(scene, {
    problem: `The terminal host holds ${terminal.id}, which no session uses`,
    wouldBe: '--repair ends it.',
    done: 'Ended.',
    mend: () =>
      scene.guard(id, async () => {
        const host = await terminals.running();
        if (!terminal.exit) await host?.call('end', { terminal: terminal.id, graceMs });
        await host?.call('forget', { terminal: terminal.id });
        return true;
      }),
  });
}

export const examineProcesses: Examination = async (scene) => {
  const { table, terminals } = scene.deps;
  const spared = new Set([process.pid, terminals.pid()]);
  const findings: Finding[] = [];
  for (const [id, pids] of markedProcesses()) {
    const left = pids.filter((pid) => !spared.has(pid) && identify(pid) !== null);
    if (left.length === 0 || !table.has(id)) continue;
    const record = table.get(id);
    if (isLive(record) || record.status === 'creating' || record.task !== null) continue;
    const state = record.removed ? 'removed' : record.status;
    findings.push(
      await mendable(scene, {
        problem: `${record.name} is ${state}, but left processes running: ${left.join(', ')}`,
        wouldBe: '--repair ends them.',
        done: 'Ended.',
        mend: () => scene.guard(id, () => endTree(nobody, { graceMs, mark: id })),
      }),
    );
  }
  return findings;
};

/** Process ids by the session they bear the mark of. Only Linux lets us look. */
function markedProcesses(): Map<string, number[]> {
  const found = new Map<string, number[]>();
  if (process.platform !== 'linux') return found;
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const id = /(?:^|\0)TEMPEST_SESSION=([^\0]+)\0/.exec(environmentOf(pid))?.[1];
    if (id) found.set(id, [...(found.get(id) ?? []), pid]);
  }
  return found;
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
