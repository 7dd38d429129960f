// The real opencode inside Tempest.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Reply } from '../support/model/reply.ts';
import type { AgentUnderTest } from './agent-under-test.ts';
import { playScenarios } from './scenarios.ts';
import { textsOf } from './texts.ts';

let used: string | null = null;

/**
 * The data of an opencode that has been started before. Each first start lays out the database, and of two that
 * do so at once one fails, and shows nothing: a fault of its own, which whoever has used it before doesn't meet.
 */
function usedBefore(): string {
  if (used) return used;
  const root = mkdtempSync(join(tmpdir(), 'opencode-used-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  const folder = (name: string) => join(root, name);
  const env = {
    ...{ PATH: process.env.PATH, HOME: root, OPENCODE_DISABLE_MODELS_FETCH: '1' },
    ...{ XDG_CONFIG_HOME: folder('config'), XDG_DATA_HOME: folder('data') },
    ...{ XDG_STATE_HOME: folder('state'), XDG_CACHE_HOME: folder('cache') },
  };
  mkdirSync(join(root, 'config/opencode/node_modules'), { recursive: true });
  execFileSync(inject('agents').opencode, ['session', 'list'], { cwd: root, env });
  used = join(root, 'data/opencode');
  return used;
}

const tool = (name: string, input: Record<string, unknown>): Reply => ({
  kind: 'tool',
  name,
  input,
});

export const opencode: AgentUnderTest = {
  name: 'opencode',
  program: inject('agents').opencode,
  prepare({ config: xdg, data, url }) {
    cpSync(usedBefore(), join(data, 'opencode'), { recursive: true });
    const provider = {
      npm: '@ai-sdk/openai-compatible',
      name: 'Ours',
      options: { baseURL: `${url}/v1`, apiKey: 'none' },
      models: { 'stand-in': { name: 'Stand-in', limit: { context: 100_000, output: 4_096 } } },
    };
    const config = {
      model: 'ours/stand-in',
      small_model: 'ours/stand-in',
      autoupdate: false,
      permission: { bash: 'ask', external_directory: 'allow' },
      provider: { ours: provider },
    };
    const folder = join(xdg, 'opencode');
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'opencode.json'), JSON.stringify(config));
    // It has installed its own library before, and so won't now.
    const root = { dependencies: { '@opencode-ai/plugin': '1.18.33' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': root } }));
    return { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1' };
  },
  edit: (filePath, content) => tool('write', { filePath, content }),
  ask: (path) => tool('bash', { command: `touch ${path}`, description: 'Make a file' }),
  askedTool: 'bash',
  answers: { allow: '\r', deny: '\x1b' },
  deniedEnds: true,
  busy: /esc interrupt/,
  except: {
    'a lost record': 'all its records are in one database',
    fork: 'its fork would work in the folder of the first',
    rewind: 'only its files go back',
  },
  permissionless: true,
  begin: [
    ['/new', /New session/],
    ['\r', /Ask anything/],
  ],
  interrupt: ['\x1b', '\x1b'],
  interruptAsks: /esc again to interrupt/,
  question: {
    reply: tool('question', {
      questions: [
        {
          question: 'Which colour?',
          header: 'Colour',
          options: [
            { label: 'Red', description: 'as a rose' },
            { label: 'Blue', description: 'as the sky' },
          ],
        },
      ],
    }),
    text: 'Which colour?',
    keys: '\r',
  },
  subAgent: {
    reply: (prompt) => tool('task', { description: 'Count', prompt, subagent_type: 'general' }),
    isItsOwn({ body }, prompt) {
      const messages = body.messages as { role: string }[];
      const asked = messages.filter(({ role }) => role === 'user');
      return textsOf(asked).some((text) => text.includes(prompt));
    },
  },
};

playScenarios(opencode);
