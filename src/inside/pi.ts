// Runs inside pi, as one of its extensions: tells Tempest what happens there.
import { eventWriter, type WriteEvent } from './write-event.ts';

/** What is used of pi's `ExtensionAPI`: docs/extensions.md of its package. */
interface Api {
  on(name: string, handler: (event: Event, context: Context) => void): void;
}

interface Context {
  sessionManager: { getSessionFile(): string | undefined };
}

interface Event {
  message?: Message;
  messages?: Message[];
  toolCallId?: string;
  toolName?: string;
  args?: Record<string, unknown>;
}

interface Message {
  role: string;
  content?: string | { type: string; text?: string }[];
  timestamp?: number;
  stopReason?: string;
  errorMessage?: string;
  usage?: object;
}

interface RetrySettings {
  enabled: boolean;
  maxRetries: number;
  baseDelayMs: number;
}

/** Only the beginning of long words is told: a written file may be large. */
const longest = 1_000;
/** How long, in ms, after it was due a retry is still waited for. */
const graceMs = 1_000;

export default async function tempest(pi: Api): Promise<void> {
  // pi calls this anew for each conversation that is begun or chosen in it.
  listen(pi, eventWriter(process.env.TEMPEST_SPOOL ?? null), await retrySettings());
}

function listen(pi: Api, write: WriteEvent, retry: RetrySettings): void {
  let failures = 0;
  let givenUp: NodeJS.Timeout | null = null;

  const on = (name: string, handler: (event: Event, conversation: string | undefined) => void) => {
    pi.on(name, (event, context) => {
      try {
        handler(event, context.sessionManager.getSessionFile());
      } catch {
        // What is said may change from version to version; the person's work must not stop for it.
      }
    });
  };

  on('session_start', (_, conversation) => write('session-start', { conversation }));
  on('agent_start', (_, conversation) => {
    if (givenUp) clearTimeout(givenUp);
    else write('agent-start', { conversation });
    givenUp = null;
  });
  on('message_start', ({ message }, conversation) => {
    if (message?.role !== 'user') return;
    failures = 0;
    write('prompt', { conversation, text: textOf(message) });
  });
  on('message_end', ({ message }, conversation) => {
    if (message?.role !== 'assistant' || message.stopReason === 'error') return;
    failures = 0;
    const { timestamp, usage } = message;
    write('usage', { conversation, id: String(timestamp), usage });
  });
  on('tool_execution_start', ({ toolCallId, toolName, args }, conversation) => {
    write('tool', { conversation, id: toolCallId, tool: toolName, input: short(args) });
  });
  on('tool_execution_end', ({ toolCallId }, conversation) => {
    write('tool-end', { conversation, id: toolCallId });
  });
  on('agent_end', ({ messages = [] }, conversation) => {
    const last = messages.findLast(({ role }) => role === 'assistant');
    const { stopReason, errorMessage } = last ?? {};
    const text = last ? textOf(last).slice(0, longest) : '';
    const ended = { conversation, stopReason, errorMessage, text };
    const delay = stopReason === 'error' ? delayOf(errorMessage ?? '') : null;
    if (delay === null) return write('agent-end', ended);
    // It says nothing of a retry until it begins, nor of one that the person has stopped.
    write('retry', { conversation, errorMessage });
    givenUp = setTimeout(() => {
      givenUp = null;
      write('agent-end', ended);
    }, delay + graceMs);
    givenUp.unref();
  });
  on('session_shutdown', () => {
    if (givenUp) clearTimeout(givenUp);
  });

  /** When, in ms, it will try again; null if it won't. */
  const delayOf = (error: string): number | null => {
    failures += 1;
    const { enabled, maxRetries, baseDelayMs } = retry;
    if (!enabled || !retried.test(error) || failures > maxRetries) return null;
    return baseDelayMs * 2 ** (failures - 1);
  };
}

/** The errors after which pi tries again: `_isRetryableError` of its agent-session.js. */
const retried =
  /overloaded|provider.?returned.?error|rate.?limit|too many requests|429|50[0234]|service.?unavailable|server.?error|internal.?error|network.?error|connection.?(error|refused|lost)|websocket.?(closed|error)|other side closed|fetch failed|upstream.?connect|reset before headers|socket hang up|ended without|http2 request did not get a response|timed? out|timeout|terminated|retry delay/i;

/** The person's settings, as pi reads them; its defaults if it can't be asked. */
async function retrySettings(): Promise<RetrySettings> {
  try {
    // @ts-expect-error pi gives itself to its extensions under this name; it is no dependency of ours.
    const { getAgentDir, SettingsManager } = await import('@mariozechner/pi-coding-agent');
    return SettingsManager.create(process.cwd(), getAgentDir()).getRetrySettings();
  } catch {
    return { enabled: true, maxRetries: 3, baseDelayMs: 2_000 };
  }
}

function textOf({ content = '' }: Message): string {
  if (typeof content === 'string') return content;
  return content.map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join('');
}

/** Only words, and of each only the beginning. */
function short(values: Record<string, unknown> = {}): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') words[name] = value.slice(0, longest);
  }
  return words;
}
