// Lists the sessions from Node, with nothing but Node. With an argument, creates one on that prompt
// first, in the repository of the current folder:   node node.mjs ['fix the flaky test']
import { execFileSync } from 'node:child_process';
import { createConnection } from 'node:net';

const path = execFileSync('tempest', ['serve', '--print-socket'], { encoding: 'utf8' }).trim();
const socket = createConnection(path);
const waiting = new Map();
let received = Buffer.alloc(0);
let lastId = 0;

socket.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = Number(/content-length: *(\d+)/i.exec(received.toString('latin1', 0, end))[1]);
    const next = end + 4 + length;
    if (received.length < next) return;
    handle(JSON.parse(received.toString('utf8', end + 4, next)));
    received = received.subarray(next);
  }
});
socket.on('error', (error) => fail(error.message));
socket.on('close', () => fail('the daemon closed the connection'));

function handle(message) {
  if (message.method === '$/progress') console.error(message.params.value.message ?? '');
  if (message.method || !waiting.has(message.id)) return;
  const { resolve, reject } = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.error) reject(message.error);
  else resolve(message.result);
}

function request(method, params) {
  const id = ++lastId;
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
  socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

try {
  const client = { name: 'node-example', version: '1' };
  await request('initialize', { protocolVersion: 1, client });
  const prompt = process.argv[2];
  if (prompt) {
    await request('session/create', { repo: process.cwd(), prompt, progressToken: 'create' });
  }
  const { sessions } = await request('session/list', {});
  for (const { id, status, name } of sessions) console.log(`${id}  ${status}  ${name}`);
  process.exit(0);
} catch (error) {
  fail(`${error.message} ${error.data?.hint ?? ''}`);
}
