import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PatchOptions, patchPage } from '../../../src/core/review/patch.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let repo: string;
beforeEach(async () => {
  box = await sandbox();
  repo = await box.repo({ files: { 'a.txt': 'one\n', 'b [1].txt': 'b\n' } });
});
afterEach(() => box.dispose());

async function change(files: Record<string, string | Buffer>): Promise<PatchOptions> {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(repo, name), content);
  await box.git(repo, 'add', '--all');
  const tree = await box.git(repo, 'write-tree');
  const base = await box.git(repo, 'rev-parse', 'HEAD');
  await box.git(repo, 'reset', '--hard', '--quiet');
  return {
    cwd: repo,
    base,
    tree,
    format: 'patch',
    paths: [],
    color: false,
    binary: true,
    offset: 0,
  };
}

async function whole(o: PatchOptions): Promise<{ bytes: Buffer; pages: number }> {
  const pages: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page = await patchPage({ ...o, offset });
    pages.push(page.bytes);
    offset = page.next;
  }
  return { bytes: Buffer.concat(pages), pages: pages.length };
}

describe('a patch', () => {
  it('applies to the base and gives the very tree, bytes of no encoding and binary files included', async () => {
    const o = await change({
      'a.txt': Buffer.from([0xff, 0xfe, 0x0a, 0x2d, 0x2d, 0x20, 0x78, 0x0a]),
      'b [1].txt': '++ x\r\n',
      binary: Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251)),
    });
    const { bytes } = await whole(o);
    writeFileSync(join(box.root, 'p.diff'), bytes);
    await box.git(repo, 'apply', '--index', join(box.root, 'p.diff'));
    expect(await box.git(repo, 'write-tree')).toBe(o.tree);
  });

  it('applies whatever the person has configured for looking at diffs', async () => {
    for (const [key, value] of [
      ['diff.noprefix', 'true'],
      ['diff.external', 'false'],
      ['color.diff', 'always'],
      ['diff.relative', 'true'],
    ] as const) {
      await box.git(repo, 'config', key, value);
    }
    const { bytes } = await whole(await change({ 'a.txt': 'two\n' }));
    expect(bytes.toString()).toContain('--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n');
  });

  it('comes in pages that together are exactly what git prints', async () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `line ${i} of a very long file, ü`);
    const o = await change({ 'a.txt': lines.join('\n') });
    const { bytes, pages } = await whole(o);
    expect(pages).toBeGreaterThan(1);
    expect(
      bytes
        .toString()
        .endsWith('line 299999 of a very long file, ü\n\\ No newline at end of file\n'),
    ).toBe(true);
    expect(
      bytes
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('+line')),
    ).toHaveLength(300_000);
  });

  it('takes paths literally, not as patterns', async () => {
    const o = await change({ 'a.txt': 'two\n', 'b [1].txt': 'c\n' });
    const names = await whole({ ...o, format: 'name-only', paths: ['b [1].txt'] });
    expect(names.bytes.toString()).toBe('b [1].txt\n');
    expect((await whole({ ...o, format: 'name-only', paths: ['*.txt'] })).bytes).toHaveLength(0);
  });

  it('counts lines as a stat, no wider than asked, and colours when asked', async () => {
    const o = await change({ 'a.txt': 'two\nthree\n' });
    const stat = await whole({ ...o, format: 'stat', cols: 40 });
    expect(stat.bytes.toString()).toContain('1 file changed, 2 insertions(+), 1 deletion(-)');
    expect((await whole({ ...o, color: true })).bytes.toString()).toContain('\x1b[32m');
  });
});
