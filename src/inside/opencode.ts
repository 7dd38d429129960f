// Runs inside opencode's terminal interface: tells Tempest what happens there. One of its server plugins
// would make each start wait for npm until all that opencode itself installs is there, and so for minutes
// without a network; one of its interface does not.
import { eventWriter } from './write-event.ts';

/** What is used of https://www.npmjs.com/package/@opencode-ai/plugin (`TuiPluginApi`). */
interface Api {
  renderer: { currentFocusedEditor?: unknown };
  lifecycle: { onDispose(end: () => void): unknown };
  event: { on(type: string, handler: (event: { properties: Properties }) => void): unknown };
  state: { ready: boolean; session: { get(id: string): { parentID?: string } | undefined } };
}

interface Properties {
  sessionID?: string;
  id?: string;
  requestID?: string;
  reply?: string;
  info?: Message & { parentID?: string };
  part?: Part;
  status?: { type: string; attempt?: number; message?: string };
  error?: { name: string; data?: { message?: string; statusCode?: number } };
  permission?: string;
  patterns?: string[];
  metadata?: Record<string, unknown>;
  questions?: { question: string }[];
}

interface Message {
  id: string;
  role?: 'user' | 'assistant';
  time?: { completed?: number };
  tokens?: object;
  cost?: number;
}

interface Part {
  type: string;
  messageID: string;
  text?: string;
  synthetic?: boolean;
  time?: { end?: number };
  tool?: string;
  callID?: string;
  state?: { status: string; input?: Record<string, unknown> };
}

/** What is known of one of opencode's sessions: a conversation, or a sub-agent's. */
interface Known {
  parent: string | null;
  working: boolean;
  retries: boolean;
  /** What the person has refused, until it is seen whether the turn goes on without it. */
  refused: string | null;
  /** The person's last words, until the turn begins. */
  prompt: string | null;
  /** The agent's last words. */
  text: string;
}

/** Only the beginning of long words is told: a written file may be large. */
const longest = 1_000;

/** How often, in ms, to look whether its input line takes text; it doesn't say so. */
const lookMs = 50;

export default {
  id: 'tempest-events',
  async tui(api: Api, options?: { spool?: string; unasked?: boolean }): Promise<void> {
    const tell = eventWriter(options?.spool ?? null);
    // In its mode without permissions it asks all the same, and answers at once itself.
    const write: typeof tell = (name, payload) => {
      if (!(options?.unasked && name === 'permission')) tell(name, payload);
    };
    listen(api, write);
    const look = setInterval(() => {
      if (!api.state.ready || !api.renderer.currentFocusedEditor) return;
      clearInterval(look);
      write('ready', {});
    }, lookMs);
    api.lifecycle.onDispose(() => clearInterval(look));
  },
};

function listen(api: Api, write: ReturnType<typeof eventWriter>): void {
  const sessions = new Map<string, Known>();
  /** Ids of messages that the person wrote. */
  const prompts = new Set<string>();
  /** Ids of answers and of tool calls that are not finished; the ones of a forked conversation long are. */
  const answers = new Set<string>();
  const tools = new Set<string>();

  const know = (id: string): Known => {
    const found = sessions.get(id);
    if (found) return found;
    const parent = api.state.session.get(id)?.parentID ?? null;
    const calm = { working: false, retries: false, refused: null, prompt: null, text: '' };
    const known: Known = { parent, ...calm };
    sessions.set(id, known);
    return known;
  };
  const rootOf = (id: string): string => {
    const { parent } = know(id);
    return parent === null || parent === id ? id : rootOf(parent);
  };
  const tell = (name: string, session: string, payload: object = {}) => {
    const root = rootOf(session);
    write(name, { conversation: root, ...(root !== session && { subAgent: session }), ...payload });
  };
  const on = (type: string, handler: (session: string, properties: Properties) => void) => {
    api.event.on(type, ({ properties }) => {
      try {
        if (properties.sessionID) handler(properties.sessionID, properties);
      } catch {
        // What is said may change from version to version; the person's work must not stop for it.
      }
    });
  };
  const begin = (session: string, known: Known) => {
    const { prompt } = known;
    known.prompt = null;
    known.working = true;
    known.text = '';
    tell('busy', session, prompt === null ? {} : { prompt });
  };

  on('session.created', (session, { info }) => {
    if (info?.parentID) know(session).parent = info.parentID;
  });
  on('message.updated', (session, { info }) => {
    if (info?.role === 'user') prompts.add(info.id);
    if (info?.role !== 'assistant') return;
    if (!info.time?.completed) answers.add(info.id);
    else if (answers.delete(info.id)) {
      tell('usage', session, { id: info.id, tokens: info.tokens, cost: info.cost });
    }
  });
  on('message.part.updated', (session, { part }) => {
    if (!part) return;
    const known = know(session);
    if (part.type === 'tool') return afterTool(session, part);
    if (part.type === 'step-start' && known.retries) {
      known.retries = false;
      tell('resumed', session);
    }
    if (part.type !== 'text' || part.synthetic || part.text === undefined) return;
    if (!prompts.has(part.messageID)) {
      if (part.time?.end) known.text = part.text;
      return;
    }
    prompts.delete(part.messageID);
    known.prompt = part.text;
    // One that is written while the turn goes on is taken at once.
    if (known.working) begin(session, known);
  });
  const afterTool = (session: string, { callID = '', tool, state }: Part) => {
    if (state?.status === 'running' && !tools.has(callID)) {
      tools.add(callID);
      tell('tool', session, { id: callID, tool, input: short(state.input) });
    }
    if (state?.status !== 'completed' && state?.status !== 'error') return;
    if (tools.delete(callID)) tell('tool-end', session, { id: callID });
  };
  on('session.status', (session, { status }) => {
    const known = know(session);
    if (status?.type === 'busy') {
      if (!known.working) begin(session, known);
      else if (known.refused !== null) tell('answer', session, { id: known.refused });
      known.refused = null;
    }
    if (status?.type === 'retry') {
      known.retries = true;
      tell('retry', session, { attempt: status.attempt, message: status.message });
    }
  });
  on('session.error', (session, { error }) => {
    if (!error) return;
    const { message, statusCode } = error.data ?? {};
    tell('error', session, { name: error.name, message, statusCode });
  });
  on('session.idle', (session) => {
    const known = know(session);
    if (!known.working) return;
    known.working = false;
    known.retries = false;
    // What the sub-agent was refused, the main agent has still to hear.
    if (known.refused !== null && rootOf(session) !== session) {
      tell('answer', session, { id: known.refused });
    }
    known.refused = null;
    tell('idle', session, { text: known.text.slice(0, longest) });
  });
  on('permission.asked', (session, { id, permission, patterns, metadata }) => {
    tell('permission', session, { id, permission, patterns, metadata: short(metadata) });
  });
  on('permission.replied', (session, { requestID = '', reply }) => {
    if (reply === 'reject') know(session).refused = requestID;
    else tell('answer', session, { id: requestID });
  });
  on('question.asked', (session, { id, questions = [] }) => {
    tell('question', session, { id, text: questions.map(({ question }) => question).join(' ') });
  });
  on('question.replied', (session, { requestID }) => tell('answer', session, { id: requestID }));
  on('question.rejected', (session, { requestID = '' }) => {
    know(session).refused = requestID;
  });
}

/** Only words, and of each only the beginning. */
function short(values: Record<string, unknown> = {}): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') words[name] = value.slice(0, longest);
  }
  return words;
}
