// The real Claude Code: prompts arrive as written, conversations resume, signals mean what we think.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { claudeAgent } from '../../src/core/agents/claude.ts';
import type { Reply } from '../support/model.ts';
import { until } from '../support/until.ts';
import type { Ground } from './agent-under-test.ts';
import { playScenarios } from './scenarios.ts';
import { textsOf } from './texts.ts';
import { makeWorld, type World } from './world.ts';

const key = `sk-ant-api03-${'x'.repeat(80)}`;
const program = inject('agents').claude;
const claude = claudeAgent('claude', { command: [program], env: {} });

let world: World;

/** The person has seen the first-run screens, and trusts the repository unless told otherwise. */
function prepare({ home, repo, url }: Ground, trusted = true): Record<string, string> {
  const config = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
    projects: trusted ? { [repo]: { hasTrustDialogAccepted: true } } : {},
  };
  writeFileSync(join(home, '.claude.json'), JSON.stringify(config));
  // Edits without a question, commands with one.
  mkdirSync(join(home, '.claude'));
  // Auto mode needs a model that judges, and offers itself after a turn.
  const settings = { permissions: { defaultMode: 'acceptEdits' }, disableAutoMode: 'disable' };
  writeFileSync(join(home, '.claude/settings.json'), JSON.stringify(settings));
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: key,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '0',
  };
}

async function setUp(script: (index: number) => Reply, { trusted = true } = {}) {
  world = await makeWorld(script, ({ box, model, repo }) => {
    const config = box.env.XDG_CONFIG_HOME ?? '';
    return prepare({ home: box.home, config, repo, url: model.url }, trusted);
  });
  return world;
}

const say = (text: string): Reply => ({ kind: 'text', text });

describe('claude', () => {
  afterEach(() => world.box.dispose());

  it.each([`-fix "it" \`now\`\n$(touch pwned); it's 😀 \\n`, 'update'])(
    'hazard 11: gets the first prompt exactly: %j',
    async (prompt) => {
      const { model, context, run, worktree } = await setUp(() => say('All done.'));
      const agent = run(claude, claude.start(context(prompt, claude.newConversation?.())));
      await agent.shows('All done.');
      const texts = textsOf(model.turns()[0]?.body).map((text) => text.trim());
      expect(texts).toContain(prompt);
      expect(existsSync(join(worktree, 'pwned'))).toBe(false);
    },
  );

  it('is not asked for trust again in a worktree of a repository that is trusted', async () => {
    const { context, run } = await setUp(() => say('All done.'), { trusted: false });
    const agent = run(claude, claude.start(context('hello', claude.newConversation?.())));
    await agent.shows('trust this folder');
    const isChosen = () => {
      if (agent.screen().includes('❯ Yes, I trust')) return true;
      agent.write('\x1b[B');
      return false;
    };
    await until(isChosen, { what: 'yes to be chosen', intervalMs: 500 });
    agent.write('\r');
    await agent.shows('All done.');
    await agent.leave();
    const again = run(claude, claude.start(context('hello', claude.newConversation?.())));
    await again.shows('All done.');
  });
});

playScenarios({
  name: 'claude',
  program,
  prepare,
  edit: (path, text) => ({
    kind: 'tool',
    name: 'Write',
    input: { file_path: path, content: text },
  }),
  ask: (path) => ({
    kind: 'tool',
    name: 'Bash',
    input: { command: `curl --version && touch ${path}`, description: 'Make a file' },
  }),
  askedTool: 'Bash',
  answers: { allow: '1', deny: '\x1b' },
  deniedEnds: true,
  forks: true,
  // Around a long paste.
  unwrap: (text) =>
    text.replace(/^\s*<pasted_content id="\w+">\n|\n<\/pasted_content id="\w+">\s*$/g, ''),
  busy: /esc to interrupt/,
  empty: '\x15',
  question: {
    reply: {
      kind: 'tool',
      name: 'AskUserQuestion',
      input: {
        questions: [
          {
            question: 'Which colour shall it be?',
            header: 'Colour',
            multiSelect: false,
            options: [
              { label: 'Red', description: 'Like a rose' },
              { label: 'Blue', description: 'Like the sea' },
            ],
          },
        ],
      },
    },
    text: 'Which colour shall it be?',
    keys: '1',
  },
  subAgent: {
    reply: (prompt) => ({
      kind: 'tool',
      name: 'Agent',
      input: { description: 'Count leaves', prompt, subagent_type: 'general-purpose' },
    }),
    isItsOwn: ({ body }, prompt) =>
      JSON.stringify(body.messages?.[0 as never] ?? '').includes(prompt),
  },
});
