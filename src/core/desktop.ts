// Tells the desktop when a session wants the person and no client has them: by a command of theirs.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock, Timer } from './clock.ts';
import { isNews } from './session/attention.ts';
import type { Attention, Session } from './session/session.ts';

export interface Desktop {
  /** A session is new or changed; `before` is what it wanted until then. */
  changed(session: Session, before: Attention | null): void;
  gone(id: string): void;
  /** Ends what still runs. */
  stop(): void;
}

export interface DesktopOptions {
  /** The command, its words with placeholders; null for none. */
  command(): Promise<readonly string[] | null>;
  /** Whether the person is at a client, which tells them itself. */
  focused(): boolean;
  /** Of the command. */
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log(line: string): void;
}

/** What is over within this time, in ms, isn't told; and an editor may have to connect again first. */
const settleMs = 1_000;
/** A command that takes longer, in ms, is ended… */
const limitMs = 10_000;
/** …and while this many still run, nothing more is told. */
const mostAtOnce = 8;

export function createDesktop({ command, focused, env, clock, log }: DesktopOptions): Desktop {
  const latest = new Map<string, Session>();
  const timers = new Map<string, Timer>();
  const running = new Set<ChildProcess>();

  const cancel = (id: string) => {
    timers.get(id)?.cancel();
    timers.delete(id);
  };
  const tell = async (id: string) => {
    timers.delete(id);
    const session = latest.get(id);
    if (!session?.attention || focused()) return;
    const words = await command();
    if (words) run(words.map((word) => filled(word, session)));
  };
  const run = ([file = '', ...args]: string[]) => {
    if (running.size >= mostAtOnce) return log(`notify: ${mostAtOnce} of ${file} still run`);
    // A group of its own, so that it can be ended whole.
    const child = spawn(file, args, { env, cwd: '/', stdio: 'ignore', detached: true });
    running.add(child);
    const late = clock.after(limitMs, () => {
      log(`notify: ${file} took more than ${limitMs / 1000} s and was ended`);
      endGroup(child);
    });
    const over = (how: string | null) => {
      late.cancel();
      if (running.delete(child) && how) log(`notify: ${file} ${how}`);
    };
    child.on('error', (error) => over(error.message));
    child.on('exit', (code, signal) => over(code ? `ended with code ${code}` : signal));
    child.unref();
  };

  return {
    changed(session, before) {
      const { id, attention } = session;
      latest.set(id, session);
      if (attention === null) cancel(id);
      if (!isNews(before, attention)) return;
      cancel(id);
      const report = (error: unknown) => log(`notify: ${error}`);
      timers.set(
        id,
        clock.after(settleMs, () => void tell(id).catch(report)),
      );
    },
    gone(id) {
      latest.delete(id);
      cancel(id);
    },
    stop() {
      for (const id of [...timers.keys()]) cancel(id);
      for (const child of running) endGroup(child);
    },
  };
}

const titles: Record<Attention['reason'], string> = {
  waiting: 'waits for you',
  problem: 'was stopped by a problem',
  exited: 'has ended',
  finished: 'has finished',
};

/** What may stand in a word of the command. */
function filled(word: string, session: Session): string {
  const { name, id, repo, activity, attention, reason } = session;
  const why = attention?.reason ?? 'finished';
  const text = activity || reason || session.prompt;
  const values: Record<string, string> = {
    title: `${name} ${titles[why]}`,
    // No word of an agent's may be taken for an option.
    text: text.startsWith('-') ? ` ${text}` : text,
    session: id,
    name,
    repo,
    reason: why,
  };
  return word.replace(/\{(\w+)\}/g, (mark, key: string) => values[key] ?? mark);
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
