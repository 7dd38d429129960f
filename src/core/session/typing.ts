// Sends text to a session's agent through its terminal, once it can take it.
import { TempestError } from '../errors.ts';
import type { Deps } from './deps.ts';
import { type SessionRecord, terminalId } from './record.ts';
import { isSamePrompt } from './same-prompt.ts';
import { showsInput } from './screens.ts';
import { sendText } from './send.ts';
import type { Confirmed } from './taken.ts';

/** How long a program that takes its prompt by typing may take to come up, in ms. */
const readyMs = 5_000;
/** How long a CLI that is known may take to come up, in ms: it asks for bracketed paste when it is. */
const knownReadyMs = 15_000;
const pollMs = 100;
/** The kernel dates files by a clock that may be this much, in ms, behind the one we read. */
const coarseMs = 10;

/**
 * Pastes `text` into the session's agent and, with `submit`, presses Enter. Gives how it is known that the
 * agent took it. Throws `wrong-state` unless an agent is there that takes prompts now, `not-taken` when an
 * agent that speaks for itself doesn't say that it took it, `host-gone` without a terminal host.
 */
export async function sendToSession(
  deps: Deps,
  id: string,
  text: string,
  { submit }: { submit: boolean },
): Promise<Confirmed> {
  const host = await deps.terminals.running();
  const record = deps.table.get(id);
  const terminal = terminalId(record);
  const state = await stateWhenUp(deps, record);
  if (submit) await refuseUnclear(deps, id);
  const word = (await tellsPrompts(deps, record)) ? awaitWord(deps, id, text) : null;
  const before = record.status;
  try {
    return await sendText(
      {
        status: () => deps.table.get(id).status,
        bracketedPaste: state?.bracketedPaste ?? false,
        async write(bytes) {
          if (!host) {
            throw new TempestError(
              'host-gone',
              'the terminal host is gone',
              'Open the session again.',
            );
          }
          await host.call('write', { terminal, data: bytes.toString('base64') });
        },
        wait: (ms) => new Promise((resolve) => void deps.clock.after(ms, () => resolve())),
        async screen() {
          const params = { terminal, format: 'text', scrollback: false } as const;
          return (await host?.call('screen', params))?.text ?? '';
        },
        onSubmit() {
          deps.status.submitted(id, text);
          word?.begin();
        },
        ...(word && { said: word.said }),
      },
      text,
      submit,
    );
  } catch (error) {
    const isRefused = error instanceof TempestError && error.kind === 'not-taken';
    if (isRefused) deps.status.notTaken(id, before);
    throw error;
  } finally {
    word?.end();
  }
}

/**
 * Throws `wrong-state` where an agent may be asking something as well as taking prompts: an empty input line
 * settles that, or that the person has looked since.
 */
async function refuseUnclear(deps: Deps, id: string): Promise<void> {
  const record = deps.table.get(id);
  const shows = await showsInput(deps, record);
  const mayAsk = record.status === 'idle' && record.heard?.ended === 'unclear' && record.unseen;
  if (shows === true || !(shows === false || mayAsk)) return;
  const isSeen = record.status === 'idle' && !record.unseen;
  if (shows === false && isSeen) return;
  throw new TempestError(
    'wrong-state',
    shows === false
      ? `${record.name} shows no empty input line: it is at work, or asks something`
      : `only a bell says that ${record.name} is done: it may be asking something`,
    'Look at its terminal first, then send again; or add it to the queue.',
  );
}

/** Whether it will say that it began on a prompt: itself, or in its record, where it has nothing else to say it by. */
async function tellsPrompts(deps: Deps, { id, heard }: SessionRecord): Promise<boolean> {
  if (heard?.speaks) return true;
  const agent = (await deps.agents()).of(deps.table.get(id));
  return agent.recordsPrompts === true && deps.listening.reads(id);
}

/** The terminal's state, once the agent in it can take a paste; what is shown before that may not be its own. */
async function stateWhenUp(deps: Deps, record: SessionRecord) {
  const isKnown = (await deps.agents()).of(record).versionArgs !== undefined;
  const patience = isKnown && record.status !== 'working' ? knownReadyMs : 0;
  for (let waited = 0; ; waited += pollMs) {
    const state = (await deps.terminals.list()).find((one) => one.id === terminalId(record));
    if (!state || state.exit || state.bracketedPaste || waited >= patience) return state;
    await new Promise<void>((resolve) => void deps.clock.after(pollMs, resolve));
  }
}

/** Listens for the agent's word that it began on this prompt. */
function awaitWord(deps: Deps, id: string, text: string) {
  const { generation } = deps.table.get(id);
  let since = Number.POSITIVE_INFINITY;
  let heard = false;
  let wake = () => {};
  const end = deps.said.listen(({ id: who, generation: start, event }) => {
    if (who !== id || start !== generation || event.kind !== 'turn-started') return;
    if (event.at + coarseMs < since) return;
    if (event.prompt !== undefined && !isSamePrompt(event.prompt, text)) return;
    heard = true;
    wake();
  });
  return {
    begin() {
      since = deps.now();
    },
    /** Whether it was said by now, or is within `ms`. */
    said: (ms: number) =>
      new Promise<boolean>((resolve) => {
        if (heard) return resolve(true);
        const timer = deps.clock.after(ms, () => resolve(false));
        wake = () => {
          timer.cancel();
          resolve(true);
        };
      }),
    end,
  };
}

/**
 * Types the first prompt into a program that takes none on its command line, when it has an empty input line,
 * has asked for bracketed paste or, with `mayBePlain`, has been up for a while. What it asks before is for the
 * person. Fails into the log: the person sees the agent's empty line.
 */
export function sendWhenReady(deps: Deps, id: string, text: string, mayBePlain: boolean): void {
  const { generation } = deps.table.get(id);
  let waited = 0;
  const attempt = async () => {
    if (!deps.table.has(id)) return;
    const record = deps.table.get(id);
    if (record.generation !== generation || record.task !== null) return;
    const state = (await deps.terminals.list()).find((one) => one.id === terminalId(record));
    if (!state || state.exit) return;
    const isLate = mayBePlain && waited > readyMs;
    if (!isLate && !(state.bracketedPaste && (await showsInput(deps, record)) !== false)) {
      waited += pollMs;
      deps.clock.after(pollMs, run);
      return;
    }
    deps.status.takesPrompt(id);
    await sendToSession(deps, id, text, { submit: true });
  };
  const run = () => {
    attempt().catch((error) => deps.log(`typing the prompt of ${id}: ${error}`));
  };
  run();
}
