// The real Copilot CLI inside Tempest.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { playScenarios } from './scenarios.ts';
import { textsOf } from './texts.ts';

const program = inject('agents').copilot;

playScenarios({
  name: 'copilot',
  program,
  config: [
    '[agents.copilot]',
    // Otherwise it asks for the path, and then for the command.
    'command = ["copilot", "--allow-all-paths"]',
    // It unpacks itself once, which it did when it was installed.
    `env = { XDG_CACHE_HOME = "${join(dirname(program), '../../.cache')}" }`,
  ].join('\n'),
  prepare({ home, repo, url }) {
    const folder = join(home, '.copilot');
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ trustedFolders: [repo] }));
    return {
      COPILOT_OFFLINE: 'true',
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_MODEL: 'stand-in',
    };
  },
  edit: (path, file_text) => ({ kind: 'tool', name: 'create', input: { path, file_text } }),
  editAsks: true,
  ask: (path) => ({
    kind: 'tool',
    name: 'bash',
    input: { command: `touch ${path}`, description: 'Make a file' },
  }),
  askedTool: 'shell',
  asks: /enter to select/,
  answers: { allow: '1', deny: '\x1b' },
  deniedEnds: true,
  // The time stands before a prompt; a long paste is kept in a file, which the model is told to read.
  unwrap: (text) =>
    text
      .replace(/^<current_datetime>[^<]*<\/current_datetime>\s*/, '')
      .replace(/<pasted_content file="([^"]*)"[^>]*>/, (_, path) => readFileSync(path, 'utf8')),
  busy: /esc interrupt/,
  words: { login: 'Authentication failed' },
  except: {
    'without permissions': 'not tried',
    'a new conversation': 'not tried',
    fork: 'it has no way to begin with another conversation',
    rewind: 'only its files go back',
  },
  interrupt: ['\x1b', '\x1b'],
  interruptAsks: /esc again to interrupt/,
  question: {
    reply: {
      kind: 'tool',
      name: 'ask_user',
      input: {
        message: 'Which colour?',
        requestedSchema: {
          type: 'object',
          properties: { colour: { type: 'string', enum: ['Red', 'Blue'] } },
          required: ['colour'],
        },
      },
    },
    text: 'Which colour?',
    keys: '\r',
  },
  subAgent: {
    reply: (prompt) => ({
      kind: 'tool',
      name: 'task',
      input: { agent_type: 'general-purpose', name: 'leaves', description: 'Count', prompt },
    }),
    isItsOwn({ body }, prompt) {
      const asked = (body.messages as { role: string }[]).filter(({ role }) => role === 'user');
      return textsOf(asked).some((text) => text.includes(prompt));
    },
  },
});
