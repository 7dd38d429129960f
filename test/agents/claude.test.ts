// The real Claude Code: prompts arrive as written, conversations resume, signals mean what we think.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { claudeAgent } from '../../src/core/agents/claude.ts';
import type { Session } from '../../src/core/session/session.ts';
import type { Reply } from '../support/model.ts';
import { until } from '../support/until.ts';
import type { AgentUnderTest, Ground } from './agent-under-test.ts';
import { playScenarios } from './scenarios.ts';
import { setStage } from './stage.ts';
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
    bypassPermissionsModeAccepted: true,
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
    // The tests may run as root, for whom it has no mode without permissions elsewhere.
    IS_SANDBOX: '1',
  };
}

async function setUp(script: (index: number) => Reply, { trusted = true } = {}) {
  world = await makeWorld(script, ({ box, model, repo }) => {
    const { XDG_CONFIG_HOME: config = '', XDG_DATA_HOME: data = '' } = box.env;
    return prepare({ home: box.home, config, data, repo, url: model.url }, trusted);
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

describe('claude in a folder that is not trusted', () => {
  it.each(['hello', ''])(
    'waits with that question, and goes on when it is answered; prompt: %j',
    async (prompt) => {
      const untrusted = { name: 'claude', program, prepare: (o: Ground) => prepare(o, false) };
      const { box, create, answer } = await setStage(untrusted as AgentUnderTest);
      onTestFinished(() => box.dispose());
      answer(() => say('All done.'));
      const actor = await create(prompt, 'here');
      const asks = ({ activity }: Session) => activity === 'asks whether you trust this folder';
      if (prompt) await actor.becomes('working', actor.now().createdAt);
      const { attention } = await actor.becomes('waiting', actor.now().createdAt, asks);
      expect(attention?.reason).toBe('waiting');
      const isChosen = async () => {
        if ((await actor.screen()).includes('❯ Yes, I trust')) return true;
        await actor.press('\x1b[B');
        return false;
      };
      await until(isChosen, { what: 'yes to be chosen', intervalMs: 500 });
      const at = await actor.press('\r');
      if (prompt) await actor.becomes('working', at);
      await actor.becomes('idle', at, ({ activity }) => !prompt || activity === 'All done.');
      actor.staysSo();
    },
  );
});

describe('claude in its plan mode', () => {
  it('puts its plan as a question in words, which no key for a permission answers', async () => {
    const config = `[agents.claude]\ncommand = ["claude", "--permission-mode", "plan"]\n`;
    const planning = { name: 'claude', program, prepare, config };
    const { box, client, create, answer, model } = await setStage(planning as AgentUnderTest);
    onTestFinished(() => box.dispose());
    const plan = 'Count the leaves, then rest.';
    answer(() =>
      model.turns().length === 1
        ? { kind: 'tool', name: 'ExitPlanMode', input: { plan } }
        : say('All done.'),
    );
    const actor = await create('plan it');
    await actor.tells('the plan', ({ question }) => question !== null);
    const { status, question } = actor.now();
    expect(status).toBe('waiting');
    expect(question).toMatchObject({ tool: null });
    const allowed = client.request('session/answer', {
      ...{ session: actor.id, question: question?.id ?? '', answer: 'allow' as const },
    });
    await expect(allowed).rejects.toMatchObject({ kind: 'wrong-state' });
    // Its hook is faster than its dialog, which takes no key in its first moment.
    await actor.shows(/Exit plan mode\?/);
    const isOver = async () => {
      if (actor.now().status === 'idle') return true;
      await actor.press('\x1b');
      return false;
    };
    await until(isOver, { what: 'its end', intervalMs: 500 });
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
  rewinds: true,
  permissionless: true,
  begin: [
    ['/clear', /Start a new session|\/clear/],
    ['\r', /❯ \/clear/],
  ],
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
