// The real Qwen Code inside Tempest.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Reply } from '../support/model/reply.ts';
import type { AgentUnderTest, Ground } from './agent-under-test.ts';
import { say, sendAndSee, settled } from './scenarios/plot.ts';
import { playScenarios } from './scenarios.ts';
import { type Stage, setStage } from './stage.ts';
import { textsOf } from './texts.ts';

const tool = (name: string, input: Record<string, unknown>): Reply => ({
  kind: 'tool',
  name,
  input,
});

function prepare({ home, repo, url }: Ground, hooks = {}): Record<string, string> {
  const folder = join(home, '.qwen');
  mkdirSync(folder);
  const settings = {
    security: { auth: { selectedType: 'openai' }, folderTrust: { enabled: true } },
    general: { enableAutoUpdate: false },
    memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false },
    privacy: { usageStatisticsEnabled: false },
    model: { generationConfig: { maxRetries: 0 } },
    ...hooks,
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const trust = { [repo]: 'TRUST_FOLDER' };
  writeFileSync(join(folder, 'trustedFolders.json'), JSON.stringify(trust));
  return {
    OPENAI_API_KEY: 'x'.repeat(39),
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_MODEL: 'stand-in',
  };
}

const qwen: AgentUnderTest = {
  name: 'qwen',
  program: inject('agents').qwen,
  prepare,
  edit: (file_path, content) => tool('write_file', { file_path, content }),
  editAsks: true,
  ask: (path) => tool('run_shell_command', { command: `touch ${path}`, is_background: false }),
  askedTool: 'run_shell_command',
  asks: /Yes, allow once/,
  answers: { allow: '1', deny: '\x1b' },
  deniedEnds: true,
  busy: /esc to cancel/,
  subAgent: {
    reply: (prompt) =>
      tool('agent', { description: 'Count', prompt, subagent_type: 'general-purpose' }),
    isItsOwn({ body }, prompt) {
      const asked = (body.messages as { role: string }[]).filter(({ role }) => role === 'user');
      return textsOf(asked).some((text) => text.includes(prompt));
    },
  },
  except: {
    'rate limit': 'it tries again for more than a minute; see the test of its own',
    'question in words': 'not tried: its record tells of none',
    'without permissions': 'not tried',
    'a new conversation': 'not tried',
    fork: 'it has no way to begin with another conversation',
    rewind: 'only its files go back',
  },
};

playScenarios(qwen);

describe('qwen', () => {
  let stage: Stage;
  afterEach(() => stage.box.dispose());

  it('tells of a rate limit while it tries again by itself', async () => {
    stage = await setStage(qwen);
    const actor = await settled(stage, 'hello');
    const message = 'the stand-in has had enough';
    stage.answer(() => ({ kind: 'error', status: 429, message, type: 'rate_limit_error' }));
    await sendAndSee(stage, actor, 'go on');
    await actor.tells('the rate limit', ({ status, problem }) => {
      return status === 'working' && problem?.kind === 'rate-limit';
    });
    expect(actor.now().problem?.text).toContain(message);
    stage.answer(() => say('Better.'));
    await actor.becomes('idle', stage.answeredAt, ({ activity }) => activity === 'Better.');
    expect(actor.now().problem).toBeNull();
  });

  it('hazard 16: tells by its record how turns go where its person has hooks', async () => {
    const hooks = { hooks: { Stop: [{ hooks: [{ type: 'command', command: 'true' }] }] } };
    stage = await setStage({ ...qwen, prepare: (ground) => prepare(ground, hooks) });
    stage.answer(() => say('All done.'));
    const actor = await settled(stage, 'hello');
    await actor.tells('its words', ({ activity }) => activity === 'All done.');
    await sendAndSee(stage, actor, 'once more');
    await actor.becomes('idle', stage.answeredAt);
    actor.staysSo();
  });
});
