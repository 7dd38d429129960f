// Which version of a program is installed, asked once and never for long.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createVersions } from '../../../src/core/agents/version.ts';
import { sandbox } from '../../support/sandbox.ts';

async function setUp() {
  const box = await sandbox();
  onTestFinished(() => box.dispose());
  const [path, asked] = [join(box.root, 'agent'), join(box.root, 'asked')];
  const answer = (text: string) =>
    writeFileSync(path, `#!/bin/sh\necho "$@" >>'${asked}'\necho '${text}'\n`, { mode: 0o755 });
  const count = () => (existsSync(asked) ? readFileSync(asked, 'utf8').split('\n').length - 1 : 0);
  return { path, answer, count, versions: createVersions(box.env) };
}

describe('the version of a program', () => {
  it('is what it says, asked once however many want to know', async () => {
    const { path, answer, count, versions } = await setUp();
    answer('agent-cli v1.2.3-beta.4 (abc)');
    expect(await versions.known(path)).toBeNull();
    const all = await Promise.all([1, 2, 3].map(() => versions.ask(path, ['--version'])));
    expect(all).toEqual(['1.2.3-beta.4', '1.2.3-beta.4', '1.2.3-beta.4']);
    expect([count(), await versions.known(path)]).toEqual([1, '1.2.3-beta.4']);
  });

  it('is asked again when another one is in its place', async () => {
    const { path, answer, versions } = await setUp();
    answer('1.0');
    expect(await versions.ask(path, [])).toBe('1.0');
    answer('1.0.1');
    appendFileSync(path, '# longer\n');
    expect(await versions.ask(path, [])).toBe('1.0.1');
  });

  it('is unknown where it says none, or is not to be started', async () => {
    const { path, answer, versions } = await setUp();
    answer('welcome');
    expect(await versions.ask(path, [])).toBeNull();
    expect(await versions.ask(`${path}-gone`, [])).toBeNull();
  });
});
