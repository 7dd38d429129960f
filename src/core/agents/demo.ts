// The built-in demo agent: src/demo, started with this very Node.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Agent } from './agent.ts';
import { readDemoEvent } from './demo-events.ts';
import { readSymbolTitle } from './titles.ts';

/** `programs` is the folder of the built programs, where demo-agent.js is. */
export function demoAgent(programs: string): Agent {
  const program = join(programs, 'demo-agent.js');
  const file = process.execPath;
  return {
    name: 'demo',
    description: 'Built in: behaves as agent CLIs do, needs no key and no network',
    file,
    newConversation: () => randomUUID(),
    start({ prompt, conversation, spool }) {
      const id = conversation === null ? [] : ['--session-id', conversation];
      const rest = prompt === '' ? [] : ['--', prompt];
      return { file, args: [program, '--events', spool, ...id, ...rest] };
    },
    readTitle: readSymbolTitle,
    readEvent: readDemoEvent,
    answers: { allow: 'y', deny: 'n' },
    async resume({ conversation, env, spool }) {
      if (conversation === null || !existsSync(demoTranscript(conversation, env))) return null;
      return { file, args: [program, '--events', spool, '--resume', conversation] };
    },
  };
}

/** Where the demo agent keeps a conversation; the file exists from its first turn on. */
export function demoTranscript(conversation: string, env: NodeJS.ProcessEnv): string {
  const xdg = env.XDG_STATE_HOME;
  const state = xdg && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.local/state');
  return join(state, 'tempest', 'demo', `${conversation}.jsonl`);
}
