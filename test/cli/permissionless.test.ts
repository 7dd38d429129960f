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
  expect(sessionTable([session(true)], style)[1]).toMatch(/ gemini! /);
  expect(sessionTable([session(false)], style)[1]).toMatch(/ gemini {2}/);
});

it('its line for programs keeps its fields, and says so at the end', () => {
  const [on, off] = [true, false].map((one) => plainLine(session(one)).split('\t'));
  expect([on?.[3], on?.[9], off?.[9]]).toEqual(['gemini', 'permissionless', '']);
});
