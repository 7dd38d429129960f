import { expect, it } from 'vitest';
import { parseParams } from '../../src/rpc/dispatch.ts';

const file = (rev: string) => parseParams('session/file', { session: 'x', path: 'a', rev });

it.each(['a'.repeat(40), '0123456789abcdef'.repeat(4)])('takes %s as a side of a file', (rev) => {
  expect(file(rev)).toMatchObject({ rev });
});

it.each(['HEAD', 'main', '', '--all', 'a'.repeat(39), 'a'.repeat(65), 'HEAD:secret', ':/fix'])(
  'takes no other revision than a whole object id, such as %j',
  (rev) => {
    expect(() => file(rev)).toThrow(/session\/file: "rev"/);
  },
);
