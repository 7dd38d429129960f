// The line that hooks run, in a real shell.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hookCommand, readSpoolFile } from '../../../src/core/agents/hook.ts';
import { sandbox } from '../../support/sandbox.ts';
import { until } from '../../support/until.ts';

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
    const found = readdirSync(spool).map((file) =>
      readSpoolFile(file, readFileSync(join(spool, file), 'utf8')),
    );
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({ name: 'Stop', text: payload });
    expect(found).toContainEqual({ name: 'PreToolUse', text: 'two' });
    expect(readdirSync(box.root)).not.toContain('pwned');
  });

  it('has said nothing until it has said all', async () => {
    const box = await sandbox();
    onTestFinished(() => box.dispose());
    const hook = spawn('/bin/sh', ['-c', hookCommand(box.root, 'Stop')]);
    const ended = new Promise((done) => hook.once('close', done));
    hook.stdin.write('{"half": ');
    const written = () => readdirSync(box.root).filter((file) => file.includes('.Stop'));
    const text = () => readFileSync(join(box.root, written()[0] ?? ''), 'utf8');
    await until(() => written().length === 1 && text() !== '', { what: 'half of an event' });
    expect(readSpoolFile(written()[0] ?? '', text())).toBeNull();
    hook.stdin.end('1}');
    await ended;
    expect(readSpoolFile(written()[0] ?? '', text())).toEqual({
      name: 'Stop',
      text: '{"half": 1}',
    });
  });

  it('never fails the agent, though its folder is gone', async () => {
    const box = await sandbox();
    onTestFinished(() => box.dispose());
    const line = hookCommand(join(box.root, 'nowhere'), 'Stop');
    expect(run(line, 'x'.repeat(1_000_000))).toBe('');
  });
});
