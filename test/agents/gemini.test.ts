// The real Gemini CLI inside Tempest.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Reply } from '../support/model/reply.ts';
import type { AgentUnderTest } from './agent-under-test.ts';
import { playScenarios } from './scenarios.ts';

const tool = (name: string, input: Record<string, unknown>): Reply => ({
  kind: 'tool',
  name,
  input,
});

export const gemini: AgentUnderTest = {
  name: 'gemini',
  program: inject('agents').gemini,
  prepare({ home, repo, url }) {
    const folder = join(home, '.gemini');
    mkdirSync(folder);
    const settings = {
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: true } },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      ide: { hasSeenNudge: true },
      model: { name: 'gemini-2.5-flash' },
    };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    const trust = { [repo]: 'TRUST_FOLDER' };
    writeFileSync(join(folder, 'trustedFolders.json'), JSON.stringify(trust));
    return {
      GEMINI_API_KEY: 'x'.repeat(39),
      GOOGLE_GEMINI_BASE_URL: url,
      // Whatever it would ask of another host fails at once.
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1',
    };
  },
  edit: (file_path, content) => tool('write_file', { file_path, content }),
  editAsks: true,
  ask: (path) =>
    tool('run_shell_command', { command: `touch ${path}`, description: 'Make a file' }),
  askedTool: 'run_shell_command',
  asks: /Allow once/,
  answers: { allow: '1', deny: '\x1b' },
  asksUnnamed: true,
  deniedEnds: true,
  busy: /esc to cancel/,
  forks: true,
  except: {
    'rate limit': 'it tries again by itself for more than a minute, and is at work meanwhile',
    'question in words': 'its title tells that it asks, and nothing tells what',
    'sub-agent': 'nothing tells of them',
    'a new conversation': 'nothing tells of it: the first one is resumed',
    rewind: 'only its files go back',
  },
  permissionless: true,
};

playScenarios(gemini);
