// Which program is started, with which arguments, for a new conversation and an old one.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LaunchContext } from '../../../src/core/agents/agent.ts';
import { locate } from '../../../src/core/agents/locate.ts';
import { agentsFrom } from '../../../src/core/agents/registry.ts';
import { agentTablesSchema } from '../../../src/core/agents/table.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';

const createdAt = Date.UTC(2026, 10, 22, 12);
let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

const registry = (tables: Record<string, unknown> = {}) =>
  agentsFrom(agentTablesSchema.parse(tables), '/programs');

function context(changed: Partial<LaunchContext> = {}): LaunchContext {
  const worktree = join(box.root, 'work tree');
  mkdirSync(worktree, { recursive: true });
  return {
    prompt: 'fix it',
    conversation: null,
    worktree,
    scratch: box.root,
    spool: join(box.root, 'spool'),
    env: box.env,
    createdAt,
    ...changed,
  };
}

function write(path: string, ...lines: unknown[]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const nasty = ['--help', '-p', "it's", '$(touch x)', 'a\nb', '"; rm -rf ~ #', '😀 `id`', 'update'];

describe('hazard 11: a prompt', () => {
  it.each(nasty)('is one argument, and no option: %j', (prompt) => {
    for (const name of ['claude', 'codex', 'demo']) {
      const { args } = registry().get(name).start(context({ prompt }));
      expect(args.at(-2)).toBe('--');
      expect(args.at(-1)?.trim()).toBe(prompt);
    }
    const custom = registry({ mine: { command: ['mine'] } }).get('mine');
    expect(custom.start(context({ prompt })).args).toEqual([
      prompt.startsWith('-') ? ` ${prompt}` : prompt,
    ]);
  });

  it('is left out when there is none', () => {
    for (const name of ['claude', 'codex', 'demo']) {
      expect(
        registry()
          .get(name)
          .start(context({ prompt: '' })).args,
      ).not.toContain('--');
    }
  });

  it('is never typed into a command given after --, which may be a shell', () => {
    const agent = registry().of({ agent: 'claude', command: ['sh', '-i'] });
    expect(agent.start(context())).toEqual({
      file: 'sh',
      args: ['-i'],
      env: { TEMPEST_PROMPT: 'fix it' },
    });
  });
});

describe('claude', () => {
  const id = '0b7f6d3e-0000-4000-8000-000000000001';
  const transcript = (worktree: string) =>
    join(box.home, '.claude/projects', worktree.replace(/[^a-zA-Z0-9]/g, '-'), `${id}.jsonl`);

  it('starts a conversation by an id of ours', () => {
    const claude = registry().get('claude');
    const conversation = claude.newConversation?.() ?? '';
    expect(conversation).toMatch(/^[0-9a-f-]{36}$/);
    const { file, args } = claude.start(context({ conversation }));
    expect(file).toBe('claude');
    expect(args.join(' ')).toContain(`--session-id ${conversation} -- fix it`);
  });

  it('hazard 20: resumes only what had a first turn', async () => {
    const claude = registry().get('claude');
    const known = context({ conversation: id });
    expect(await claude.resume?.(known)).toBeNull();
    write(transcript(known.worktree), { type: 'summary' }, { type: 'mode' });
    expect(await claude.resume?.(known)).toBeNull();
    write(transcript(known.worktree), { type: 'mode' }, { type: 'user', message: {} });
    expect((await claude.resume?.(known))?.args.slice(-2)).toEqual(['--resume', id]);
  });
});

describe('codex', () => {
  const at = (minutes: number) => new Date(createdAt + minutes * 60_000).toISOString();
  function rollout(id: string, meta: Record<string, unknown>, minutes: number) {
    const time = at(minutes).slice(0, 19).replaceAll(':', '-');
    const file = join(box.home, `.codex/sessions/2026/11/22/rollout-${time}-${id}.jsonl`);
    const payload = { id, timestamp: at(minutes), source: 'cli', ...meta };
    write(file, { type: 'session_meta', payload }, { type: 'event_msg' });
  }

  it("hazard 20: finds the worktree's own conversation, never the last of another", async () => {
    const codex = registry().get('codex');
    const here = context();
    expect(await codex.findConversation?.(here)).toBeNull();
    rollout('older', { cwd: here.worktree }, -10);
    rollout('elsewhere', { cwd: box.root }, 3);
    expect(await codex.findConversation?.(here)).toBeNull();
    rollout('mine', { cwd: here.worktree }, 1);
    expect(await codex.findConversation?.(here)).toBe('mine');
    const resumed = await codex.resume?.(here);
    expect(resumed?.args[0]).toBe('resume');
    expect(resumed?.args.at(-1)).toBe('mine');
    expect(resumed?.args).not.toContain('--last');
  });

  it("hazard 18: leaves out a sub-agent's", async () => {
    const here = context();
    rollout('mine', { cwd: here.worktree }, 1);
    const source = { subagent: { thread_spawn: { parent_thread_id: 'mine' } } };
    rollout('sub', { cwd: here.worktree, source }, 2);
    rollout('sub-2', { cwd: here.worktree, thread_source: 'subagent' }, 3);
    expect(await registry().get('codex').findConversation?.(here)).toBe('mine');
  });

  it('starts anew when there is nothing to resume', async () => {
    expect(await registry().get('codex').resume?.(context())).toBeNull();
  });
});

describe("the person's own agents", () => {
  it('may take a prompt typed, or none', () => {
    const agents = registry({
      aider: { command: 'aider --no-auto-commits', prompt: 'typed', env: { A: '1' } },
      top: { command: ['top'], prompt: 'none' },
    });
    expect(agents.get('aider').start(context())).toEqual({
      file: 'aider',
      args: ['--no-auto-commits'],
      env: { A: '1' },
      typed: 'fix it',
      mayBePlain: true,
    });
    expect(agents.get('top').start(context())).toEqual({ file: 'top', args: [], env: {} });
  });

  it('resume by the id they were started with', async () => {
    const gemini = registry({
      gemini: {
        command: ['gemini', '--session-id', '{conversation}', '-i'],
        resume: ['gemini', '-r', '{conversation}'],
      },
    }).get('gemini');
    const conversation = gemini.newConversation?.() ?? '';
    const known = context({ conversation });
    expect(gemini.start(known).args).toEqual(['--session-id', conversation, '-i', 'fix it']);
    expect((await gemini.resume?.(known))?.args).toEqual(['-r', conversation]);
    expect(await gemini.resume?.(context())).toBeNull();
  });

  it('keep what is known of a CLI whose command they change', async () => {
    const agents = registry({
      claude: { command: ['claude', '--model', 'opus'] },
      work: { command: ['claude-work'], like: 'claude' },
    });
    const conversation = agents.get('work').newConversation?.() ?? '';
    expect(agents.get('claude').start(context()).args.slice(0, 2)).toEqual(['--model', 'opus']);
    const { file, args } = agents.get('work').start(context({ conversation }));
    expect(file).toBe('claude-work');
    expect(args).toContain('--session-id');
  });
});

describe('the registry', () => {
  it('says which agents there are when asked for another', () => {
    expect(() => registry({ mine: { command: ['mine'] } }).get('clod')).toThrow(
      expect.objectContaining({
        kind: 'unknown-agent',
        hint: expect.stringMatching(/^There are: claude, codex, .*, demo, mine\.$/),
      }),
    );
  });

  it('finds programs on PATH, and nothing in folders that depend on where one stands', () => {
    const folder = join(box.root, 'bin');
    mkdirSync(folder);
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\n');
    const env = { PATH: `relative::${folder}` };
    expect(locate('tool', env)).toBeNull();
    chmodSync(join(folder, 'tool'), 0o755);
    expect(locate('tool', env)).toBe(join(folder, 'tool'));
    expect(locate('./bin/tool', env, box.root)).toBe(join(folder, 'tool'));
    expect(locate(join(folder, 'tool'), {})).toBe(join(folder, 'tool'));
    expect(locate(folder, env)).toBeNull();
    expect(locate('', env)).toBeNull();
  });
});
