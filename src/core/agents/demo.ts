// The built-in demo agent: src/demo, started with this very Node.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { readDemoEvent } from './demo-events.ts';
import type { KnownCli } from './known.ts';
import type { KnownTable } from './table.ts';
import { readSymbolTitle } from './titles.ts';

/** `programs` is the folder of the built programs, where demo-agent.js is. */
export function demoAgent(programs: string, name = 'demo', table: KnownTable = {}): KnownCli {
  const own = [process.execPath, join(programs, 'demo-agent.js')];
  const [file = '', ...first] = table.command ?? own;
  const { env = {}, description } = table;
  return {
    name,
    description: description ?? 'Built in: behaves as agent CLIs do, needs no key and no network',
    file,
    says: ['questions', 'usage'],
    newConversation: () => randomUUID(),
    start({ prompt, conversation, spool }) {
      const id = conversation === null ? [] : ['--session-id', conversation];
      const rest = prompt === '' ? [] : ['--', prompt];
      return { file, args: [...first, '--events', spool, ...id, ...rest], env };
    },
    readTitle: readSymbolTitle,
    readEvent: readDemoEvent,
    answers: { allow: 'y', deny: 'n' },
    async resume({ conversation, env: inherited, spool }) {
      if (conversation === null) return null;
      if (!existsSync(demoTranscript(conversation, { ...inherited, ...env }))) return null;
      return { file, args: [...first, '--events', spool, '--resume', conversation], env };
    },
  };
}

/** Where the demo agent keeps a conversation; the file exists from its first turn on. */
export function demoTranscript(conversation: string, env: NodeJS.ProcessEnv): string {
  const xdg = env.XDG_STATE_HOME;
  const state = xdg && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.local/state');
  return join(state, 'tempest', 'demo', `${conversation}.jsonl`);
}
