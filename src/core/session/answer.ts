// Answers an agent's permission question for the person, by the keys that they would press.
import { TempestError } from '../errors.ts';
import type { Deps } from './deps.ts';
import { type SessionRecord, terminalId } from './record.ts';

export interface Answer {
  /** The id of the question that the person saw. */
  question: string;
  answer: 'allow' | 'deny';
}

/** An agent tells of its question a moment before its dialog takes keys, in ms. */
const dialogMs = 300;

/**
 * Gives what answers questions. A key that came after its question would answer the next one, or be
 * typed into the prompt: so each is answered once, and only while the agent's latest word is that it stands.
 */
export function createAnswering(deps: Deps): (id: string, answer: Answer) => Promise<void> {
  const answered = new Map<string, string>();

  /** Throws `wrong-state` unless that very question stands and no key has gone to it. */
  const check = (id: string, { question }: Answer): SessionRecord => {
    const record = deps.table.get(id);
    const { name, status, question: asked } = record;
    if (status !== 'waiting') throw refused(`${name} asks nothing: it is ${status}`, look);
    if (asked === null) throw refused(`${name} doesn't say what it asks`, open(name));
    if (asked.id !== question) throw refused(`${name} asks something else by now`, look);
    if (asked.tool === null) throw refused(`${name} asks in words, not for leave`, open(name));
    if (answered.get(id) === standing(record))
      throw refused(`the question of ${name} was answered just now`, open(name));
    return record;
  };

  return async (id, answer) => {
    await deps.listening.follow(id);
    const { statusAt } = check(id, answer);
    const age = deps.now() - statusAt;
    if (age >= 0 && age < dialogMs) await pause(dialogMs - age);
    await deps.listening.follow(id);
    const record = check(id, answer);
    const { answers } = (await deps.agents()).of(record);
    if (!answers) {
      throw refused(`how ${record.agent} is answered is not known here`, open(record.name));
    }
    const host = await deps.terminals.running();
    if (!host)
      throw new TempestError('host-gone', 'the terminal host is gone', 'Open the session again.');
    const data = Buffer.from(answers[answer.answer]).toString('base64');
    // Nothing was waited for since the check but what this daemon has in its hands.
    check(id, answer);
    answered.set(id, standing(record));
    await host.call('write', { terminal: terminalId(record), data });
  };
}

/** The same only while one question stands: agents may use an id again. */
function standing({ generation, statusAt, question }: SessionRecord): string {
  return `${generation} ${statusAt} ${question?.id}`;
}

const look = 'Look again at what it does: `tempest list`, `:Tempest`.';
const open = (name: string) =>
  `Answer in its terminal: \`tempest attach ${name}\`, \`:TempestOpen ${name}\`.`;

function refused(message: string, hint: string): TempestError {
  return new TempestError('wrong-state', message, hint);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
