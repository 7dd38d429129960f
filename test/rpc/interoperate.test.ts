// Another implementation of the protocol than ours: the one of VS Code and its language clients.
import { rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ProgressType,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import { connect } from '../../src/rpc/client.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { bundle } from './support/build.ts';

let built: Awaited<ReturnType<typeof bundle>>;
let world: Sandbox;
let connection: MessageConnection;

beforeAll(async () => {
  built = await bundle('test/rpc/support/daemon.ts');
  world = await sandbox();
  const starter = await connect({
    places: world.places,
    client: { name: 'starter', version: '1' },
    program: built.program,
    env: world.env,
  });
  const socket = connectSocket(starter.socket);
  starter.close();
  connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  connection.listen();
  await connection.sendRequest('initialize', {
    protocolVersion: 1,
    client: { name: 'vscode-jsonrpc', version: '10' },
  });
});
afterAll(async () => {
  connection.dispose();
  await world.dispose();
  rmSync(built.folder, { recursive: true });
});

it('asks, is answered and hears of changes', async () => {
  const changed = new Promise((resolve) => connection.onNotification('session/changed', resolve));
  const renamed = connection.sendRequest('session/rename', { session: 'x', name: 'new name' });
  expect(await renamed).toMatchObject({ name: 'new name' });
  expect(await changed).toMatchObject({ session: { name: 'new name' } });
});

it('follows progress, and cancels', async () => {
  const source = new CancellationTokenSource();
  const step = new Promise((resolve) => {
    connection.onProgress(new ProgressType<unknown>(), 'token', resolve);
  });
  const slow = connection.sendRequest(
    'session/create',
    { repo: '/repo', prompt: 'slow', progressToken: 'token' },
    source.token,
  );
  expect(await step).toEqual({ kind: 'step', message: 'Creating the worktree' });
  source.cancel();
  await expect(slow).rejects.toMatchObject({ code: -32800, data: { kind: 'cancelled' } });
});

it('gets errors with code, kind and hint', async () => {
  await expect(connection.sendRequest('session/get', { session: 'x' })).rejects.toMatchObject({
    code: -32001,
    data: { kind: 'wrong-state', hint: 'Look elsewhere.' },
  });
  await expect(connection.sendRequest('no/such', {})).rejects.toMatchObject({ code: -32601 });
});
