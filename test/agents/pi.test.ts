// The real pi inside Tempest.
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
const asksNothing = 'pi asks for no permission';

export const pi: AgentUnderTest = {
  name: 'pi',
  program: inject('agents').pi,
  prepare({ home, url }) {
    const folder = join(home, '.pi/agent');
    const models = [{ id: 'stand-in', contextWindow: 100_000, maxTokens: 4_096 }];
    const ours = { baseUrl: `${url}/v1`, api: 'openai-completions', apiKey: 'none', models };
    const settings = { defaultProvider: 'ours', defaultModel: 'stand-in' };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'models.json'), JSON.stringify({ providers: { ours } }));
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    return { PI_OFFLINE: '1', PI_TELEMETRY: '0' };
  },
  edit: (path, content) => tool('write', { path, content }),
  ask: (path) => tool('bash', { command: `touch ${path}` }),
  askedTool: 'bash',
  answers: { allow: '', deny: '' },
  busy: /Working/,
  forks: true,
  rewinds: true,
  begin: [
    ['/new', /\/new/],
    ['\r', /New session/],
  ],
  except: {
    'permission allowed': asksNothing,
    'permission denied': asksNothing,
    'without permissions': asksNothing,
    'question in words': 'it has no tool to ask by',
    'sub-agent': 'it has none',
  },
};

playScenarios(pi);
