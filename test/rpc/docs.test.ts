import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { errorKinds } from '../../src/core/errors.ts';
import { errorCode } from '../../src/rpc/constants.ts';
import { openRpc } from '../../src/rpc/openrpc.ts';
import { notifications, requests } from '../../src/rpc/protocol.ts';
import { fillTables } from '../../src/rpc/tables.ts';
import { frame, headerLength } from '../../src/terminal/protocol.ts';

const folder = resolve('docs/protocol');
const page = readFileSync(`${folder}/README.md`, 'utf8');
const document = openRpc('1');

it('is published as it is: `npm run docs` writes openrpc.json anew', async () => {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`${folder}/openrpc.json`);
});

it('stands in the tables of the protocol page: `npm run docs` writes them anew', async () => {
  await expect(fillTables(page)).toMatchFileSnapshot(`${folder}/README.md`);
});

it('is published whole, with no reference that leads nowhere', () => {
  const { methods, components } = document as unknown as {
    methods: { name: string; params: { name: string; required: boolean }[] }[];
    components: Record<string, Record<string, unknown>>;
  };
  expect(methods.map(({ name }) => name)).toEqual(Object.keys(requests));
  const references = JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g);
  for (const [reference, kind, name] of references)
    expect(components[kind as string]?.[name as string], reference).toBeDefined();
  const create = methods.find(({ name }) => name === 'session/create');
  const required = create?.params.filter(({ required }) => required).map(({ name }) => name);
  expect(required).toEqual(['repo']);
});

it('hides no method, notification, error kind, code or frame of the terminal from the page', () => {
  for (const name of [...Object.keys(requests), ...Object.keys(notifications), ...errorKinds])
    expect(page).toContain(`\`${name}\``);
  for (const code of Object.values(errorCode)) expect(page).toContain(`| ${code} `);
  const { call, answer, event, ...viewers } = frame;
  for (const code of Object.values(viewers))
    expect(page).toContain(`\`${String.fromCharCode(code)}\``);
});

it('shows a terminal frame that is one, byte by byte', () => {
  const dump = /```hex\n([\s\S]+?)```/.exec(page)?.[1] ?? '';
  const bytes = Buffer.from(
    dump
      .split('\n')
      .map((line) => line.slice(0, 48))
      .join('')
      .replaceAll(' ', ''),
    'hex',
  );
  expect(bytes[0]).toBe(frame.hello);
  expect(bytes.readUInt32BE(1)).toBe(bytes.length - headerLength);
  const hello = JSON.parse(bytes.toString('utf8', headerLength)) as object;
  expect(Object.keys(hello)).toEqual(['version', 'ticket', 'cols', 'rows']);
});
