// What a verb starts for the person has their environment: that of the daemon is as old as the daemon.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create } from '../../support/tempest.ts';

let box: Sandbox;
let client: Client;

beforeEach(async () => {
  box = await sandbox();
  client = await connectIn(box, undefined, { SSH_AUTH_SOCK: 'of the daemon' });
});
afterEach(async () => {
  client.close();
  await box.dispose();
});

it("runs hooks, keys and remotes in the caller's environment", async () => {
  const repo = await box.repo();
  const { worktree } = await create(client, { repo, name: 'one', prompt: 'write' });
  const remote = await box.repo({ path: 'remote.git', files: {} });
  await box.git(repo, 'remote', 'add', 'origin', remote);
  const log = join(box.root, 'log');
  const program = (path: string, text: string) => {
    const script = `#!/bin/sh\necho "\${0##*/} $SSH_AUTH_SOCK" >> '${log}'\n${text}\n`;
    writeFileSync(path, script);
    chmodSync(path, 0o755);
    return path;
  };
  for (const name of ['pre-commit', 'pre-rebase', 'post-merge', 'post-rewrite', 'pre-push'])
    program(join(repo, '.git/hooks', name), '');
  const gpg = program(
    join(box.root, 'gpg'),
    "printf '[GNUPG:] SIG_CREATED \\n' >&2; cat > /dev/null; echo Signed",
  );
  const env = { ...box.env, SSH_AUTH_SOCK: 'of the caller' };
  const commit = async (path: string) => {
    writeFileSync(join(worktree, path), `${path}\n`);
    await client.request('session/commit', { session: 'one', env });
  };
  const heard = () => {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    rmSync(log, { force: true });
    return [...new Set(lines)];
  };
  await box.git(repo, 'config', 'commit.gpgsign', 'true');
  await box.git(repo, 'config', 'gpg.program', gpg);
  await commit('a.txt');
  await commit('b.txt');
  const both = ['pre-commit of the caller', 'gpg of the caller'];
  expect(heard()).toEqual(both);
  await client.request('session/squash', { session: 'one', env });
  expect(heard()).toEqual(both);
  writeFileSync(join(repo, 'c.txt'), 'c\n');
  await box.git(repo, 'add', 'c.txt');
  await box.git(repo, 'commit', '-q', '--no-verify', '--no-gpg-sign', '-m', 'Meanwhile');
  await client.request('session/rebase', { session: 'one', env });
  const rebased = ['pre-rebase', 'gpg', 'post-rewrite'].map((name) => `${name} of the caller`);
  expect(heard()).toEqual(rebased);
  await client.request('session/push', { session: 'one', env });
  expect(heard()).toEqual(['pre-push of the caller']);
  await client.request('merge/apply', { session: 'one', strategy: 'squash', env });
  expect(heard()).toEqual([...both, 'post-merge of the caller']);
});
