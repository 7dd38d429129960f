// Neovim and a daemon of another version: said once, and recovered from by itself.

import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { version as own } from '../../src/core/version.ts';
import { connect } from '../../src/rpc/client.ts';
import { bundle } from '../rpc/support/build.ts';
import { frame } from '../rpc/support/raw.ts';
import { neovims } from '../support/neovim.ts';
import { processesOf } from '../support/processes.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { connectIn } from '../support/tempest.ts';
import { until } from '../support/until.ts';
import { type Editor, startEditor } from './support/editor.ts';

let built: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  built = await bundle('test/rpc/support/daemon.ts');
});
afterAll(() => rmSync(built.folder, { recursive: true, force: true }));

let box: Sandbox;
beforeEach(async () => {
  box = await sandbox();
});
afterEach(() => box.dispose());

/** A client of this version, which starts a daemon that says it is of the same, and knows one session: `first`. */
const updatedTo = (value: string) =>
  connect({
    places: box.places,
    client: { name: 'test', version: value },
    program: built.program,
    env: { ...box.env, TEST_VERSION: value },
    ownVersion: value,
  });

/** Listens as a daemon of a newer protocol does, which turns every client of this one away. */
async function newerProtocol(): Promise<{ end(): Promise<void> }> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket
      .on('error', () => {})
      .on('data', (data) => {
        const id = Number(/"id":(\d+)/.exec(String(data))?.[1]);
        const details = {
          kind: 'version-mismatch',
          hint: 'Update this client.',
          protocolVersion: 99,
        };
        const error = { code: -32001, message: 'it speaks version 99', data: details };
        socket.write(frame(JSON.stringify({ jsonrpc: '2.0', id, error })));
      });
  });
  await new Promise<void>((resolve) => server.listen(box.places.daemonSocket, resolve));
  const end = async () => {
    for (const connection of connections) connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  box.onDispose(end);
  return { end };
}

describe.each(neovims)('Neovim $version', ({ version }) => {
  const open = async () =>
    startEditor({ version, sandbox: box, cwd: await box.repo(), cols: 110, rows: 40 });
  const daemonIs = (nvim: Editor, wanted: string) =>
    until(
      async () => (await nvim.lua("return require('tempest.state').daemon_version")) === wanted,
      {
        what: `a daemon of version ${wanted}`,
      },
    );
  const count = async (nvim: Editor, pattern: RegExp) =>
    ((await nvim.messages()).match(new RegExp(pattern, 'g')) ?? []).length;

  it('replaces an older daemon without a word, and goes on', async () => {
    const older = await updatedTo('0.0.1');
    let told = false;
    older.onClosed(() => {
      told = true;
    });
    const nvim = await open();
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    await nvim.atWork('one');
    await daemonIs(nvim, own);
    await until(() => told, { what: 'the other client to be told' });
    expect(await nvim.messages()).not.toMatch(/daemon|version/);
  });

  it('works with a newer daemon, which the health check tells of', async () => {
    const newer = await updatedTo('99.0.0');
    const nvim = await open();
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/ first /);
    await daemonIs(nvim, '99.0.0');
    await nvim.feed('q');
    await nvim.command('checkhealth tempest');
    await nvim.inBuffer(/WARNING The daemon is 99\.0\.0, this plugin is /);
    await nvim.inBuffer(/Update this plugin/);
    newer.close();
  });

  it('says that its daemon went, when a newer one took its place, and goes on with that', async () => {
    const nvim = await open();
    await nvim.feed(':TempestNew! --name one -- cat<CR>');
    await nvim.atWork('one');
    const updated = await updatedTo('99.0.0');
    await daemonIs(nvim, '99.0.0');
    await nvim.feed(':Tempest<CR>');
    await nvim.waitForText(/ first /);
    expect(await count(nvim, /the daemon is gone/)).toBeGreaterThan(0);
    expect((await nvim.client.mode).blocking).toBe(false);
    updated.close();
  });

  it('says once that a daemon of a newer protocol turns it away, and works when that is gone', async () => {
    // Makes the folder of the socket.
    const first = await connectIn(box);
    await first.request('daemon/stop', {});
    await until(
      () => processesOf(box.root).every(({ command }) => !command.includes('daemon.js')),
      {
        what: 'the daemon to end',
      },
    );
    const newer = await newerProtocol();
    const nvim = await open();
    for (const command of ['TempestNew! --name one -- cat', 'TempestRestore', 'TempestConflicts']) {
      await nvim.feed(`:${command}<CR>`);
    }
    await nvim.waitForText(/it speaks version 99\. Update this client\./);
    await nvim.feed(':TempestRestore<CR>');
    expect(await count(nvim, /it speaks version 99/)).toBe(1);
    expect((await nvim.client.mode).blocking).toBe(false);
    await newer.end();
    await nvim.feed(':TempestNew! --name two -- cat<CR>');
    await nvim.atWork('two');
    await daemonIs(nvim, own);
  });
});
