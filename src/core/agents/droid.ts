// Factory's Droid.
//
// Hooks are handed over with `--settings`, whose lists are added to those of the person's own settings.
// https://docs.factory.ai/reference/cli-reference, https://docs.factory.ai/reference/hooks-reference
// https://docs.factory.ai/enterprise/hierarchical-settings-and-org-control
import { join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import type { AgentEvent, SpoolEvent } from './event.ts';
import { hookTable } from './hook-table.ts';
import { type AgentFactory, settle } from './known.ts';
import { operandOf } from './operand.ts';
import { textAt } from './payload.ts';
import { readSettingsHook, settingsHooks } from './settings-hooks.ts';

const events = [...settingsHooks, 'Notification'];

export const droidAgent: AgentFactory = (name = 'droid', table = {}) => {
  const { file, first, env, about } = settle(table, {
    command: ['droid'],
    description: 'Droid, by Factory',
    permissionless: ['--skip-permissions-unsafe'],
  });
  // One `--settings` only: the person's own comes first.
  const isSettled = first.includes('--settings');
  const launch = ({ scratch, spool }: LaunchContext, ...args: string[]): Launch => ({
    file,
    args: [...first, ...(isSettled ? [] : ['--settings', join(scratch, settings)]), ...args],
    env,
    ...(!isSettled && {
      files: { [settings]: JSON.stringify({ hooks: hookTable(spool, events) }) },
    }),
  });
  return {
    name,
    ...about,
    says: ['questions'],
    start: (context) => launch(context, ...operandOf(context.prompt)),
    async resume(context) {
      return context.conversation === null
        ? null
        : launch(context, `--resume=${context.conversation}`);
    },
    async fork(context, { conversation }) {
      return launch(context, `--fork=${conversation}`, ...operandOf(context.prompt));
    },
    ...(!isSettled && { readEvent: readDroidEvent }),
  };
};

const settings = 'droid-settings.json';

/** 'Droid needs your permission to use Bash' asks; 'Droid is waiting for your input' is no news. */
export function readDroidEvent(event: SpoolEvent): AgentEvent[] {
  if (event.name !== 'Notification') return readSettingsHook(event).flatMap(overtaken);
  const text = textAt(event.payload, 'message');
  if (!/permission/i.test(text)) return [];
  const conversation = textAt(event.payload, 'session_id');
  const tool = /\bto use (\S+)/.exec(text)?.[1] ?? null;
  const base = { at: event.at, ...(conversation && { conversation }) };
  return [{ ...base, kind: 'asked', question: { id: notified, tool, text } }];
}

const notified = 'notification';

/** What it was asked for by a notice is answered when the tool has run: the notice names no call. */
function overtaken(said: AgentEvent): AgentEvent[] {
  return said.kind === 'answered' ? [said, { ...said, id: notified }] : [said];
}
