// The methods that run a repository's check.
import { readFile } from 'node:fs/promises';
import { checkLog } from '../core/session/check.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { checkRequests } from './protocol-check.ts';

export function checkHandlers(deps: HandlerDeps): Pick<Handlers, keyof typeof checkRequests> {
  const { sessions, checks, table } = deps.service;
  return {
    async 'session/check'({ wait, env, ...which }, { signal, progress }) {
      const { id } = await sessions.find(which);
      const output = (text: string) => progress({ kind: 'output', text });
      await checks.run(id, { wait, env, signal, output });
      return table.view(id);
    },
    async 'check/cancel'(which) {
      const { id } = await sessions.find(which);
      await checks.stop(id);
      return table.view(id);
    },
    'check/command': async (which) => ({
      check: await checks.command((await sessions.find(which)).id),
    }),
    async 'check/log'(which) {
      const path = checkLog(deps, (await sessions.find(which)).id);
      return { path, text: await readFile(path, 'utf8').catch(() => '') };
    },
  };
}
