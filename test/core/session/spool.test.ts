// What agents leave in their spool folders, read from real files.
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { SpoolEvent } from '../../../src/core/agents/event.ts';
import { createSpools, spoolFolder } from '../../../src/core/session/spool.ts';
import { sandbox } from '../../support/sandbox.ts';
import { until } from '../../support/until.ts';

async function setUp() {
  const box = await sandbox();
  onTestFinished(() => box.dispose());
  const root = join(box.root, 'spool');
  const heard: (SpoolEvent & { generation: number })[] = [];
  let kept: Promise<void> = Promise.resolve();
  const spools = createSpools({
    root,
    log: (line) => expect.fail(line),
    async onEvent(_id, generation, event) {
      heard.push({ ...event, generation });
      await kept;
    },
  });
  onTestFinished(() => spools.stop());
  return {
    spools,
    heard,
    names: () => heard.map(({ name }) => name),
    folder: (generation: number) => spoolFolder(root, 'abcdefgh', generation),
    keep: (promise: Promise<void>) => {
      kept = promise;
    },
    write(generation: number, file: string, text: string, at?: number) {
      const folder = spoolFolder(root, 'abcdefgh', generation);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, '.half'), text);
      if (at !== undefined) utimesSync(join(folder, '.half'), at, at);
      renameSync(join(folder, '.half'), join(folder, file));
    },
  };
}

it('reads what came while nobody listened, in the order of writing, and then what comes', async () => {
  const world = await setUp();
  world.write(2, '9.1-7.Stop', '{"n":2}', 20);
  world.write(2, '9.0-8.UserPromptSubmit', '{"n":1}', 10);
  await world.spools.follow('abcdefgh', 2);
  expect(world.names()).toEqual(['UserPromptSubmit', 'Stop']);
  expect(world.heard[0]).toMatchObject({ payload: { n: 1 }, at: 10_000, generation: 2 });
  world.write(2, '9.2-9.Notification', 'not JSON');
  await until(() => world.heard.length === 3, { what: 'the third event' });
  expect(world.heard[2]).toMatchObject({ name: 'Notification', payload: 'not JSON' });
  await until(() => readdirSync(world.folder(2)).length === 0, { what: 'an empty folder' });
});

it('hazard 31: reads in the order of writing, though the clock was set back meanwhile', async () => {
  const world = await setUp();
  world.write(1, '100.10-7.UserPromptSubmit', '{}', 3_700);
  world.write(1, '103.20-8.PermissionRequest', '{}', 103);
  world.write(1, '90.00-9.SessionStart', '{}', 3_690);
  await world.spools.follow('abcdefgh', 1);
  expect(world.names()).toEqual(['SessionStart', 'UserPromptSubmit', 'PermissionRequest']);
});

it('hazard 18: reads nothing that an older start has left', async () => {
  const world = await setUp();
  world.write(1, '1.0-1.Stop', '{}');
  await world.spools.follow('abcdefgh', 2);
  world.write(2, '1.0-2.Stop', '{}');
  await until(() => world.heard.length === 1, { what: 'an event' });
  expect(world.heard[0]?.generation).toBe(2);
});

it('leaves an event where it is until what came of it is kept', async () => {
  const world = await setUp();
  let release = () => {};
  world.keep(new Promise((resolve) => (release = resolve)));
  world.write(1, '1.0-1.Stop', '{}');
  await world.spools.follow('abcdefgh', 1);
  expect(world.names()).toEqual(['Stop']);
  expect(readdirSync(world.folder(1))).toEqual(['1.0-1.Stop']);
  // Another look takes it for nothing new.
  await world.spools.follow('abcdefgh', 1);
  expect(world.names()).toEqual(['Stop']);
  release();
  await until(() => readdirSync(world.folder(1)).length === 0, { what: 'an empty folder' });
});

it('hazard 18: misses nothing while what was read before is being deleted', async () => {
  const world = await setUp();
  await world.spools.follow('abcdefgh', 1);
  for (let round = 1; round <= 300; round += 1) {
    for (const n of [1, 2, 3]) {
      world.write(1, `${round}.${n}-1.Stop`, '{}');
      // So that reading, deleting and writing come in every order.
      for (let turn = (round * n) % 7; turn > 0; turn -= 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    // Nothing more is written until all of it is heard.
    await until(() => world.heard.length === 3 * round, { what: `round ${round}`, intervalMs: 1 });
  }
  await until(() => readdirSync(world.folder(1)).length === 0, { what: 'an empty folder' });
});

it('hears a hook that writes for long when it is done, and none that was ended before, nor waits for it', async () => {
  const world = await setUp();
  world.write(1, '1.0-1.PreToolUse+', '{"ended": "in the mid');
  await world.spools.follow('abcdefgh', 1);
  const file = join(world.folder(1), '1.0-2.PostToolUse+');
  const text = JSON.stringify({ n: 'é'.repeat(300_000) });
  appendFileSync(file, text.slice(0, 200_000));
  world.write(1, '1.1-3.Notification', '{}');
  await until(() => world.heard.length === 1, { what: 'what came later' });
  appendFileSync(file, text.slice(200_000));
  appendFileSync(file, '\x04');
  await until(() => world.heard.length === 2, { what: 'the long one' });
  expect(world.names()).toEqual(['Notification', 'PostToolUse']);
  expect(world.heard[1]?.payload).toEqual(JSON.parse(text));
  await until(() => readdirSync(world.folder(1)).length === 1, { what: 'what was ended to stay' });
});

it('deletes in the order of writing, so that after a crash the end is read again, not the middle', async () => {
  const world = await setUp();
  await world.spools.follow('abcdefgh', 1);
  let release = () => {};
  world.keep(new Promise((resolve) => (release = resolve)));
  world.write(1, '1.1-1.Stop', '{}');
  await until(() => world.heard.length === 1, { what: 'the first' });
  world.keep(Promise.resolve());
  for (const n of [2, 3, 4]) {
    world.write(1, `1.${n}-1.Stop`, '{}');
    await until(() => world.heard.length === n, { what: `event ${n}` });
  }
  expect(readdirSync(world.folder(1))).toHaveLength(4);
  release();
  await until(() => readdirSync(world.folder(1)).length === 0, { what: 'an empty folder' });
});
