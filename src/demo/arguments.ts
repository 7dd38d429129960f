// The demo agent's command line and environment.

export interface Arguments {
  /** Names a new conversation, or the one to go on with. */
  conversation: string;
  resume: boolean;
  prompt: string;
  /** The folder for its events; null for none. */
  events: string | null;
}

/** Reads `[--events FOLDER] [--session-id ID | --resume ID] [--] [prompt]`; gives a message when it can't. */
export function parseArguments(words: readonly string[], newId: () => string): Arguments | string {
  let conversation: string | null = null;
  let resume = false;
  let events: string | null = null;
  const rest = [...words];
  while (rest[0]?.startsWith('-')) {
    const option = rest.shift();
    if (option === '--') break;
    if (option === '--events') {
      events = rest.shift() ?? null;
      continue;
    }
    if (option !== '--session-id' && option !== '--resume') return `unknown option: ${option}`;
    const id = rest.shift();
    // An id is part of a file's name.
    if (!id || !/^[\w-]{1,64}$/.test(id)) return `${option} needs an id of letters, digits and -`;
    conversation = id;
    resume = option === '--resume';
  }
  if (rest.length > 1) return 'one prompt only: put it in quotes';
  return { conversation: conversation ?? newId(), resume, prompt: rest[0] ?? '', events };
}

const defaultPace = 600;

/** Milliseconds a step takes, by `TEMPEST_DEMO_PACE`. */
export function paceFrom(env: NodeJS.ProcessEnv): number {
  const pace = Number.parseInt(env.TEMPEST_DEMO_PACE ?? '', 10);
  return Number.isFinite(pace) && pace >= 0 ? Math.min(pace, 60_000) : defaultPace;
}
