// How a request goes, on standard error, as far as it takes longer than a moment.
import type { Params, Progress, Result } from '../rpc/protocol.ts';
import { colorsFor } from './colors.ts';
import type { Context } from './context.ts';
import type { Daemon } from './daemon.ts';

/** Quick steps go unmentioned. Ms. */
const moment = 400;

export interface Reporter {
  report(progress: Progress): void;
  /** Ends a line that output left open. */
  end(): void;
}

/** With `--json` nothing is reported: standard error then carries only the error object. */
export function createReporter(context: Context): Reporter {
  const { stderr, env, json, now } = context;
  if (json) return { report: () => {}, end: () => {} };
  const colors = colorsFor(stderr, env);
  const begin = now();
  let held: string[] = [];
  let lineOpen = false;

  const write = (text: string) => {
    stderr.write(text);
    lineOpen = !text.endsWith('\n');
  };
  const end = () => {
    if (lineOpen) write('\n');
  };
  return {
    report(progress) {
      if (progress.kind === 'step') held.push(progress.message);
      if (progress.kind === 'step' && now() - begin < moment) return;
      for (const step of held) {
        end();
        write(`${colors.dim(`· ${step}`)}\n`);
      }
      held = [];
      if (progress.kind === 'output') write(progress.text);
    },
    end,
  };
}

type Reporting =
  | `session/${'create' | 'fork' | 'open' | 'remove' | 'restore' | 'check'}`
  | 'group/race';

/** Makes a request, reports how it goes, and takes it back on Ctrl-C. */
export async function requestWithProgress<M extends Reporting>(
  context: Context,
  daemon: Daemon,
  method: M,
  params: Params<M>,
): Promise<Result<M>> {
  const reporter = createReporter(context);
  const cancel = new AbortController();
  const interrupted = () => cancel.abort();
  process.once('SIGINT', interrupted);
  try {
    return await daemon.request(method, params, {
      signal: cancel.signal,
      onProgress: reporter.report,
    });
  } finally {
    process.off('SIGINT', interrupted);
    reporter.end();
  }
}
