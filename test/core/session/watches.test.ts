// Hazard 31, no inotify watches left: what agents write is read all the same, from spools, records and logs.
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { followFile } from '../../../src/cli/follow.ts';
import { createSpools, spoolFolder } from '../../../src/core/session/spool.ts';
import { createTranscripts } from '../../../src/core/session/transcripts.ts';
import { until } from '../../support/until.ts';
import { scarceWatches, type Watches } from '../../support/watches.ts';

const system = vi.hoisted(() => ({ watch: (() => null) as unknown as Watches['watch'] }));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  watch: (path: string) => system.watch(path),
}));

let folder: string;
let watches: Watches;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tw-'));
  watches = scarceWatches();
  system.watch = watches.watch;
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** How the system has none: from the beginning, or when one was given already. */
const scarcities = [
  { name: 'ENOSPC', refuse: () => watches.refuse('ENOSPC'), take() {} },
  { name: 'EMFILE', refuse: () => watches.refuse('EMFILE'), take() {} },
  {
    name: 'a watch that fails later',
    refuse() {},
    take() {
      watches.refuse('ENOSPC');
      watches.fail();
    },
  },
];

describe.each(scarcities)('hazard 31: with $name', ({ refuse, take }) => {
  it("an agent's events are heard, each once, and the log says why it takes longer", async () => {
    refuse();
    const heard: string[] = [];
    const logged: string[] = [];
    const root = join(folder, 'spool');
    const spools = createSpools({
      root,
      log: (line) => logged.push(line),
      onEvent: async (_id, _generation, { name }) => void heard.push(name),
    });
    onTestFinished(() => spools.stop());
    await spools.follow('abcdefgh', 1);
    take();
    for (const [n, name] of ['UserPromptSubmit', 'Notification', 'Stop'].entries()) {
      writeFileSync(join(folder, 'half'), '{}');
      renameSync(join(folder, 'half'), join(spoolFolder(root, 'abcdefgh', 1), `1.${n}-1.${name}`));
      await until(() => heard.length > n, { what: name });
    }
    expect(heard).toEqual(['UserPromptSubmit', 'Notification', 'Stop']);
    expect(logged).toEqual([expect.stringContaining('no watch on')]);
  });

  it("the record of a conversation is read on, also one that isn't there yet", async () => {
    refuse();
    const heard: unknown[] = [];
    const transcripts = createTranscripts({
      onLine: (_id, _generation, line) => void heard.push(line),
      now: Date.now,
      log: (line) => expect.fail(line),
    });
    onTestFinished(() => transcripts.stop());
    const path = join(folder, 'record.jsonl');
    await transcripts.follow('abcdefgh', 1, path);
    writeFileSync(path, '{"n":1}\n');
    await until(() => heard.length === 1, { what: 'the first line' });
    take();
    appendFileSync(path, '{"n":2}\n{"n":');
    await until(() => heard.length === 2, { what: 'the second line' });
    appendFileSync(path, '3}\n');
    await until(() => heard.length === 3, { what: 'the third line' });
    expect(heard).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await transcripts.finish('abcdefgh');
    const asked = watches.asked();
    appendFileSync(path, '{"n":4}\n');
    // Followed no more, by no look either.
    await transcripts.follow('otherone', 1, join(folder, 'other'));
    expect([heard.length, watches.asked() - asked]).toEqual([3, 1]);
  });

  it('a log is followed to its end', async () => {
    refuse();
    const path = join(folder, 'log');
    const end = new AbortController();
    let text = '';
    writeFileSync(path, 'one\n');
    const following = followFile(path, (chunk) => (text += chunk.toString()), end.signal);
    await until(() => text === 'one\n', { what: 'what was there' });
    take();
    appendFileSync(path, 'two\n');
    await until(() => text === 'one\ntwo\n', { what: 'what was added' });
    end.abort();
    await following;
  });
});
