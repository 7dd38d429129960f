// A session whose agent asks for no permission is marked wherever sessions are listed.
import { expect, it } from 'vitest';
import { colorsFor } from '../../src/cli/colors.ts';
import { plainLine, sessionTable } from '../../src/cli/list/table.ts';
import { toSession } from '../../src/core/session/record.ts';
import { aRecord } from '../support/record.ts';

const session = (permissionless: boolean) =>
  toSession(aRecord({ agent: 'gemini', permissionless }), 1);

it('an agent that asks for no permission has a mark in the list', () => {
  const colors = colorsFor(process.stdout, { NO_COLOR: '1' });
  const style = { colors, columns: 120, repos: false, now: 1 };
  for (const columns of [120, 40, 20]) {
    expect(sessionTable([session(true)], { ...style, columns })[1]).toContain(' !fix-login');
    expect(sessionTable([session(false)], { ...style, columns })[1]).not.toContain('!');
  }
});

it('says on a wide terminal what each does, asks, or said last', () => {
  const colors = colorsFor(process.stdout, { NO_COLOR: '1' });
  const style = { colors, columns: 160, repos: false, now: 1 };
  const table = (fields: object, columns = 160) =>
    sessionTable([toSession(aRecord(fields), 1)], { ...style, columns });
  expect(table({ activity: 'Fixed the login.' })[0]).toMatch(/ PROMPT +ACTIVITY$/);
  expect(table({ activity: 'Fixed the login.' })[1]).toMatch(/ fix the login +Fixed the login\.$/);
  const problem = { kind: 'rate-limit' as const, text: 'limit reached' };
  expect(table({ activity: 'x', problem })[1]).toMatch(/ limit reached$/);
  expect(table({ activity: 'Fixed the login.' }, 90)[0]).toMatch(/ PROMPT$/);
  expect(table({})[0]).toMatch(/ PROMPT$/);
  expect(plainLine(toSession(aRecord({ activity: 'Fixed it.' }), 1)).split('\t')[11]).toBe(
    'Fixed it.',
  );
});

it('its line for programs keeps its fields, and says so at the end', () => {
  const [on, off] = [true, false].map((one) => plainLine(session(one)).split('\t'));
  expect([on?.[3], on?.[9], off?.[9]]).toEqual(['gemini', 'permissionless', '']);
});
