// The first lines of what an agent said last, for lists, only while they are the words of the turn that is over.
import { expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { keepLastMessages } from '../../../src/core/session/last-message.ts';
import { createSaid } from '../../../src/core/session/said.ts';
import { oneLine } from '../../../src/core/session/signals.ts';
import { createTable } from '../../../src/core/session/table.ts';
import type { Store } from '../../../src/core/store.ts';
import { aRecord } from '../../support/record.ts';

const id = 'abcdefgh';
const message = '# Done\n\nI mended the\tlogin.\n\n- one\n- two\n';

async function after(fields: object) {
  const record = aRecord({ id, status: 'idle', activity: oneLine(message), ...fields });
  const told: string[] = [];
  const table = createTable(
    { records: [record], write: async () => {} } as unknown as Store,
    (event) => event.kind === 'changed' && told.push(event.session.words),
    expect.fail,
  );
  const said = createSaid();
  keepLastMessages({ said, table });
  const event: AgentEvent = { kind: 'turn-ended', at: 1, message };
  await said.tell({ id, generation: 1, event, source: 'spool' });
  return { words: table.view(id).words, told };
}

it('are told to every client, three at most, without what is empty', async () => {
  const words = '# Done\nI mended the login.\n- one';
  expect(await after({})).toEqual({ words, told: [words] });
});

it.each([
  ['at work', { status: 'working' as const }],
  ['stopped by a problem', { problem: { kind: 'api-error' as const, text: 'no' } }],
  ['interrupted before it said anything', { activity: '' }],
  ['with other words since', { activity: 'All is well' }],
])('are no words of one that is %s', async (_what, fields) => {
  expect((await after(fields)).words).toBe('');
});
