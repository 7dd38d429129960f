// Sends text to a session's agent through its terminal, once it can take it.
import { TempestError } from '../errors.ts';
import type { Deps } from './deps.ts';
import { terminalId } from './record.ts';
import { sendText } from './send.ts';

/** How long a program that takes its prompt by typing may take to come up, in ms. */
const readyMs = 5_000;
const pollMs = 100;

/**
 * Pastes `text` into the session's agent and, with `submit`, presses Enter.
 * Throws `wrong-state` unless an agent is there that takes prompts now, `host-gone` without a terminal host.
 */
export async function sendToSession(
  deps: Deps,
  id: string,
  text: string,
  { submit }: { submit: boolean },
): Promise<void> {
  const host = await deps.terminals.running();
  const terminal = terminalId(deps.table.get(id));
  const state = (await deps.terminals.list()).find((one) => one.id === terminal);
  await sendText(
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
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      async screen() {
        const params = { terminal, format: 'text', scrollback: false } as const;
        return (await host?.call('screen', params))?.text ?? '';
      },
      onSubmit: () => deps.status.submitted(id, text),
    },
    text,
    submit,
  );
}

/**
 * Types the first prompt into a program that takes none on its command line, when it has asked for
 * bracketed paste or has been up for a while. Fails into the log: the person sees the agent's empty line.
 */
export function sendWhenReady(deps: Deps, id: string, text: string): void {
  const { generation } = deps.table.get(id);
  const until = deps.now() + readyMs;
  const attempt = async () => {
    if (!deps.table.has(id)) return;
    const record = deps.table.get(id);
    if (record.generation !== generation || record.task !== null) return;
    const state = (await deps.terminals.list()).find((one) => one.id === terminalId(record));
    if (!state || state.exit) return;
    const isUp = state.bracketedPaste || deps.now() > until;
    if (isUp) await sendToSession(deps, id, text, { submit: true });
    else setTimeout(run, pollMs).unref();
  };
  const run = () => {
    attempt().catch((error) => deps.log(`typing the prompt of ${id}: ${error}`));
  };
  run();
}
