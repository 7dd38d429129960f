// The real Codex: prompts arrive as written, conversations resume, signals mean what we think.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { codexAgent } from '../../src/core/agents/codex.ts';
import type { Reply } from '../support/model.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { textsOf } from './texts.ts';
import { makeWorld, type World } from './world.ts';

const codex = codexAgent('codex', { command: [inject('agents').codex], env: {} });
const say = (text: string): Reply => ({ kind: 'text', text });

let world: World;
afterEach(() => world.box.dispose());

/** The person trusts the repository. */
async function setUp(script: (index: number) => Reply) {
  world = await makeWorld(script, ({ box, model, repo }) => {
    mkdirSync(join(box.home, '.codex'));
    const config = [
      'model = "stand-in"',
      'model_provider = "ours"',
      'check_for_update_on_startup = false',
      '[model_providers.ours]',
      'name = "ours"',
      `base_url = "${model.url}/v1"`,
      'wire_api = "responses"',
      `[projects."${repo}"]`,
      'trust_level = "trusted"',
    ];
    writeFileSync(join(box.home, '.codex/config.toml'), config.join('\n'));
    return {};
  });
  return world;
}

describe('codex', () => {
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

  it('hazard 20: is found by its worktree, and resumed by its id', async () => {
    const { model, context, run } = await setUp((index) => say(`Answer ${index}.`));
    expect(await codex.resume(context('remember 42'))).toBeNull();
    const first = run(codex, codex.start(context('remember 42')));
    await first.shows('Answer 0.');
    await first.becomes('idle');
    const id = await codex.findConversation?.(context(''));
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await first.leave();

    const launch = await codex.resume(context('', id ?? null));
    if (!launch) throw new Error('nothing to resume');
    const second = run(codex, launch, { prompted: false });
    await second.shows('Answer 0.');
    await second.becomes('idle');
    await second.send('which number?');
    await second.shows('Answer 1.');
    const texts = textsOf(model.turns().at(-1)?.body);
    for (const text of ['remember 42', 'Answer 0.', 'which number?']) expect(texts).toContain(text);
    expect(await codex.findConversation?.(context(''))).toBe(id);
  });

  it('hazards 12, 16, 17: works at once, asks, takes no text meanwhile, and goes on', async () => {
    const { box, context, run } = await setUp((index) => (index === 0 ? touch : say('Made.')));
    const made = join(box.home, 'made');
    const touch: Reply = {
      kind: 'tool',
      name: 'exec_command',
      input: {
        cmd: `touch ${made}`,
        sandbox_permissions: 'require_escalated',
        justification: 'May I make it?',
      },
    };
    const agent = run(codex, codex.start(context('make it')));
    expect(agent.state().status).toBe('working');
    await agent.becomes('waiting');
    await agent.shows('Would you like to run');
    const asks = () => agent.state().activity.includes('Approval requested');
    await until(asks, { what: 'what it asks' });
    await expect(agent.send('and then?')).rejects.toMatchObject({ kind: 'wrong-state' });
    expect(existsSync(made)).toBe(false);
    agent.write('y');
    await agent.shows('Made.');
    await agent.becomes('idle');
    expect(existsSync(made)).toBe(true);
    // Title and notification come in either order: one tells of the end, the other its last words.
    await until(() => agent.state().activity === 'Made.', { what: 'its last words' });
    expect(agent.state()).toMatchObject({ status: 'idle', unseen: true });
  });

  it('hazard 14: an interrupt by Escape ends the turn', async () => {
    const never = new Promise<void>(() => {});
    const { context, run } = await setUp(() => ({ kind: 'held', release: never, next: say('') }));
    const agent = run(codex, codex.start(context('think')));
    await agent.shows('esc to interrupt');
    agent.write('\x1b');
    await agent.becomes('idle');
  });
});
