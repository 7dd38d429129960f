// Handing this terminal over to a session's.
import { constants } from 'node:os';
import { TempestError } from '../core/errors.ts';
import type { Exit as AgentExit } from '../terminal/protocol.ts';
import type { Context } from './context.ts';
import type { Daemon } from './daemon.ts';
import { usualKey } from './detach-key.ts';
import { Exit, UsageError } from './failure.ts';
import type { Which } from './which.ts';

export interface TakeoverOptions {
  /** The byte that leaves the session; none for null. */
  detachKey: number | null;
  /** The terminal was made for this session alone, as an editor's is. */
  ownTerminal: boolean;
}

const usual: TakeoverOptions = { detachKey: usualKey, ownTerminal: false };

/** @throws UsageError where there is no terminal to hand over */
export function requireTerminal({ stdin, stdout, json }: Context): void {
  if (json) throw new UsageError('--attach and --json exclude each other');
  if (stdin.isTTY && stdout.isTTY) return;
  throw new UsageError(
    'attaching needs a terminal',
    'Standard input and output must both be one; see `tempest screen` for scripts.',
  );
}

/**
 * Until the agent exits or the person leaves. The daemon is only asked for the way in. In an editor's
 * terminal nothing is said at the end, since the editor does.
 * @throws TempestError `host-gone`, or what the daemon says when there is no terminal
 * @throws Exit with the agent's own code in an editor's terminal
 */
export async function attachTo(
  { stdout, stderr }: Context,
  daemon: Daemon,
  which: Which,
  { detachKey, ownTerminal }: TakeoverOptions = usual,
): Promise<void> {
  const [{ attach }, { socket, ticket }] = await Promise.all([
    import('./attach.ts'),
    daemon.request('terminal/attach', which),
  ]);
  daemon.close();
  const key = detachKey === null ? {} : { detachKey };
  const outcome = await attach({ socket, ticket, stdout, ownTerminal, ...key });
  if (outcome === 'gone') {
    throw new TempestError(
      'host-gone',
      'the terminal host is gone',
      '`tempest open` starts the agent again, with its conversation.',
    );
  }
  if (outcome !== 'detached' && ownTerminal) throw new Exit(codeOf(outcome));
  if (outcome === 'detached') stderr.write('Detached; the agent works on.\n');
  else stderr.write(`The agent has ended${describeExit(outcome)}.\n`);
}

/** As a shell has it. */
function codeOf({ code, signal }: AgentExit): number {
  const number = signal === null ? 0 : constants.signals[signal as NodeJS.Signals];
  return code ?? 128 + number;
}

function describeExit({ code, signal }: AgentExit): string {
  if (signal !== null) return ` by ${signal}`;
  return code === 0 || code === null ? '' : ` with exit code ${code}`;
}
