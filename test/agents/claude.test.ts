// The real Claude Code: prompts arrive as written, conversations resume, signals mean what we think.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { claudeAgent } from '../../src/core/agents/claude.ts';
import type { Reply } from '../support/model.ts';
import { until } from '../support/until.ts';
import { textsOf } from './texts.ts';
import { makeWorld, type World } from './world.ts';

const key = `sk-ant-api03-${'x'.repeat(80)}`;
const program = inject('agents').claude;
const claude = claudeAgent('claude', { command: [program], env: {} });
const asking = ['--permission-mode', 'default'];
const careful = claudeAgent('claude', { command: [program, ...asking], env: {} });
const touch: Reply = {
  kind: 'tool',
  name: 'Bash',
  input: { command: 'touch made && rm -rf unmade', description: 'Make a file' },
};

let world: World;
afterEach(() => world.box.dispose());

/** The person has seen the first-run screens, and trusts the repository unless told otherwise. */
async function setUp(script: (index: number) => Reply, { trusted = true } = {}) {
  world = await makeWorld(script, ({ box, model, repo }) => {
    const config = {
      hasCompletedOnboarding: true,
      theme: 'dark',
      customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
      projects: trusted ? { [repo]: { hasTrustDialogAccepted: true } } : {},
    };
    writeFileSync(join(box.home, '.claude.json'), JSON.stringify(config));
    return {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '0',
    };
  });
  return world;
}

const say = (text: string): Reply => ({ kind: 'text', text });

describe('claude', () => {
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

  it('hazard 20: resumes the conversation, and starts anew where there was no turn', async () => {
    const { model, context, run } = await setUp((index) => say(`Answer ${index}.`));
    const id = claude.newConversation?.() ?? null;
    expect(await claude.resume(context('remember 42', id))).toBeNull();
    const first = run(claude, claude.start(context('remember 42', id)));
    await first.shows('Answer 0.');
    await first.becomes('idle');
    await first.leave();

    const launch = await claude.resume(context('remember 42', id));
    if (!launch) throw new Error('nothing to resume');
    const second = run(claude, launch, { prompted: false });
    await second.shows('Answer 0.');
    await second.becomes('idle');
    await second.send('which number?');
    await second.shows('Answer 1.');
    const texts = textsOf(model.turns().at(-1)?.body);
    for (const text of ['remember 42', 'Answer 0.', 'which number?']) expect(texts).toContain(text);
  });

  it('hazards 12, 16, 17: works at once, asks, takes no text meanwhile, and goes on', async () => {
    const { context, run, worktree } = await setUp((index) => (index === 0 ? touch : say('Made.')));
    const agent = run(careful, careful.start(context('make it', claude.newConversation?.())));
    expect(agent.state().status).toBe('working');
    await agent.shows('Do you want to proceed?');
    // It has not said so yet: only the screen can tell.
    await expect(agent.send('and then?')).rejects.toMatchObject({ kind: 'wrong-state' });
    await agent.becomes('waiting');
    const asks = () => agent.state().activity.includes('needs your permission');
    await until(asks, { what: 'what it asks' });
    await expect(agent.send('and then?')).rejects.toMatchObject({ kind: 'wrong-state' });
    expect(existsSync(join(worktree, 'made'))).toBe(false);
    agent.write('1');
    await agent.shows('Made.');
    await agent.becomes('idle');
    expect(agent.state().unseen).toBe(true);
  });

  it('hazard 14: an interrupt by Escape ends the turn', async () => {
    const never = new Promise<void>(() => {});
    const { context, run } = await setUp(() => ({ kind: 'held', release: never, next: say('') }));
    const agent = run(claude, claude.start(context('think', claude.newConversation?.())));
    await agent.shows('esc to interrupt');
    await agent.shows(/[✢✳✶✻✽·*] [\p{L}-]+…/u);
    agent.write('\x1b');
    await agent.becomes('idle');
  });
});
