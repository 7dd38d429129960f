// The real Codex: prompts arrive as written, conversations resume, signals mean what we think.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { codexAgent } from '../../src/core/agents/codex.ts';
import type { Reply } from '../support/model.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';
import type { Ground } from './agent-under-test.ts';
import { playScenarios } from './scenarios.ts';
import { textsOf } from './texts.ts';
import { makeWorld, type World } from './world.ts';

const program = inject('agents').codex;
const codex = codexAgent('codex', { command: [program], env: {} });
const say = (text: string): Reply => ({ kind: 'text', text });

let world: World;

/** The person trusts the repository. */
function prepare({
  home,
  repo,
  url,
}: Pick<Ground, 'home' | 'repo' | 'url'>): Record<string, string> {
  mkdirSync(join(home, '.codex'));
  const config = [
    'model = "stand-in"',
    'model_provider = "ours"',
    'check_for_update_on_startup = false',
    '[model_providers.ours]',
    'name = "ours"',
    `base_url = "${url}/v1"`,
    'wire_api = "responses"',
    'request_max_retries = 0',
    'stream_max_retries = 0',
    `[projects."${repo}"]`,
    'trust_level = "trusted"',
  ];
  writeFileSync(join(home, '.codex/config.toml'), config.join('\n'));
  return {};
}

async function setUp(script: (index: number) => Reply) {
  world = await makeWorld(script, ({ box, model, repo }) =>
    prepare({ home: box.home, repo, url: model.url }),
  );
  return world;
}

describe('codex', () => {
  afterEach(() => world.box.dispose());

  it.each([`-fix "it" \`now\`\n$(touch pwned); it's 😀 \\n`, 'resume'])(
    'hazard 11: gets the first prompt exactly: %j',
    async (prompt) => {
      const { model, context, run, worktree } = await setUp(() => say('All done.'));
      const agent = run(codex, codex.start(context(prompt)));
      await agent.shows('All done.');
      expect(textsOf(model.turns()[0]?.body)).toContain(prompt);
      expect(existsSync(join(worktree, 'pwned'))).toBe(false);
    },
  );

  it('hazard 5: works in its own process, so that nothing of it outlives the session', async () => {
    const { box, context, run } = await setUp(() => say('All done.'));
    const agent = run(codex, codex.start(context('hello')));
    await agent.shows('All done.');
    await agent.leave();
    await until(() => processesOf(box.root).length === 0, { what: 'every process to end' });
  });
});

playScenarios({
  name: 'codex',
  program,
  prepare,
  edit: (path, text) => ({
    kind: 'tool',
    name: 'exec_command',
    input: { cmd: `echo ${text} > ${path}` },
  }),
  ask: (path) => ({
    kind: 'tool',
    name: 'exec_command',
    input: {
      cmd: `touch ${path}`,
      sandbox_permissions: 'require_escalated',
      justification: 'May I make it?',
    },
  }),
  askedTool: 'Bash',
  asks: /esc to cancel/,
  answers: { allow: 'y', deny: '\x1b' },
  deniedEnds: true,
  forks: true,
  permissionless: true,
  unasked: (path) => ({ kind: 'tool', name: 'exec_command', input: { cmd: `touch ${path}` } }),
  begin: [
    ['/new', /\/new/],
    ['\r', /Where should the new conversation run/],
    ['\r', /To continue this session|OpenAI Codex/],
  ],
  words: { 'rate-limit': '429' },
  endsWithoutRecord: true,
  except: {
    'question in words': 'not tried: it asks in words in its plan mode',
    'sub-agent': 'not tried: it has them only where its person has switched them on',
    rewind: 'only its files go back',
  },
  busy: /esc to interrupt/,
});
