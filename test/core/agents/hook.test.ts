// The line that hooks run, in a real shell.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hookCommand } from '../../../src/core/agents/hook.ts';
import { sandbox } from '../../support/sandbox.ts';

const run = (line: string, input: string) =>
  execFileSync('/bin/sh', ['-c', line], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });

describe('a hook', () => {
  it('leaves what it was given in a file of its own, named after the event', async () => {
    const box = await sandbox();
    onTestFinished(() => box.dispose());
    const spool = join(box.root, "it's $(touch pwned) a spool");
    mkdirSync(spool);
    const payload = '{"text": "a\\nb $(touch pwned) é😀"}\n';
    expect(run(hookCommand(spool, 'Stop'), payload)).toBe('');
    run(hookCommand(spool, 'PreToolUse'), 'two');
    const files = readdirSync(spool);
    expect(files.map((file) => file.split('.').at(-1)).sort()).toEqual(['PreToolUse', 'Stop']);
    const stop = files.find((file) => file.endsWith('.Stop')) ?? '';
    expect(readFileSync(join(spool, stop), 'utf8')).toBe(payload);
    expect(readdirSync(box.root)).not.toContain('pwned');
  });

  it('never fails the agent, though its folder is gone', async () => {
    const box = await sandbox();
    onTestFinished(() => box.dispose());
    const line = hookCommand(join(box.root, 'nowhere'), 'Stop');
    expect(run(line, 'x'.repeat(1_000_000))).toBe('');
  });
});
