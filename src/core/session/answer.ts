// Answers an agent's permission question for the person, by the keys that they would press.
import type { TerminalHost } from '../../terminal/protocol.ts';
import { TempestError } from '../errors.ts';
import type { Deps } from './deps.ts';
import { type SessionRecord, terminalId } from './record.ts';

export interface Answer {
  /** The id of the question that the person saw. */
  question: string;
  answer: 'allow' | 'deny';
}

/** An agent tells of its question, and shows its dialog, so long before that takes keys, in ms. */
const dialogMs = 300;
/** How long a dialog that is known by sight may take to be there, in ms, and how often it is looked for. */
const sightMs = 10_000;
const lookMs = 100;
/** A question that still stands so long after its key, in ms, has not got it. */
const lostMs = 3_000;

/**
 * Gives what answers questions. A key that came after its question would answer the next one, or be
 * typed into the prompt: so each is answered once, and only while the agent's latest word is that it stands;
 * once more when it stands long after, for then the key was lost.
 */
export function createAnswering(deps: Deps): (id: string, answer: Answer) => Promise<void> {
  const answered = new Map<string, { standing: string; at: number }>();

  /** Throws `wrong-state` unless that very question stands and no key has gone to it. */
  const check = (id: string, { question }: Answer): SessionRecord => {
    const record = deps.table.get(id);
    const { name, status, question: asked } = record;
    if (status !== 'waiting') throw refused(`${name} asks nothing: it is ${status}`, look);
    if (asked === null) throw refused(`${name} doesn't say what it asks`, open(name));
    if (asked.id !== question) throw refused(`${name} asks something else by now`, look);
    if (asked.tool === null) throw refused(`${name} asks in words, not for leave`, open(name));
    const last = answered.get(id);
    if (last?.standing === standing(record) && deps.now() - last.at < lostMs)
      throw refused(`the question of ${name} was answered just now`, open(name));
    return record;
  };

  /** Waits until the dialog is on the screen. Throws `wrong-state` when it doesn't come to be there. */
  const seen = async (host: TerminalHost, record: SessionRecord, sight: RegExp): Promise<void> => {
    const params = { terminal: terminalId(record), format: 'text', scrollback: false } as const;
    for (let waited = 0; waited < sightMs; waited += lookMs) {
      if (sight.test((await host.call('screen', params)).text)) return;
      await pause(lookMs);
    }
    const { name } = record;
    throw refused(`the question of ${name} is not to be seen on its screen`, open(name));
  };

  /** Waits until the dialog takes keys: some take none in their first moment on the screen. */
  const dialog = async (host: TerminalHost, record: SessionRecord, sight: RegExp | undefined) => {
    const asked = deps.now();
    if (sight) await seen(host, record, sight);
    // Seen at the first look, it stands at least since the question was told, for all that is known.
    const since = deps.now() - asked < lookMs ? record.statusAt : deps.now();
    const age = deps.now() - since;
    if (age >= 0 && age < dialogMs) await pause(dialogMs - age);
  };

  return async (id, answer) => {
    await deps.listening.follow(id);
    const asked = check(id, answer);
    const { answers } = (await deps.agents()).of(asked);
    if (!answers) {
      throw refused(`how ${asked.agent} is answered is not known here`, open(asked.name));
    }
    const host = await deps.terminals.running();
    if (!host)
      throw new TempestError('host-gone', 'the terminal host is gone', 'Open the session again.');
    await dialog(host, asked, answers.dialog);
    await deps.listening.follow(id);
    const data = Buffer.from(answers[answer.answer]).toString('base64');
    // Nothing was waited for since the check but what this daemon has in its hands.
    const record = check(id, answer);
    answered.set(id, { standing: standing(record), at: deps.now() });
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
