// The table of methods: each maps its parameters to one call of the core.
import { readFile } from 'node:fs/promises';
import { setupLog } from '../core/session/provision.ts';
import { type Handlers, ongoing } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { attemptHandlers } from './handlers-attempts.ts';
import { attentionHandlers } from './handlers-attention.ts';
import { checkHandlers } from './handlers-check.ts';
import { commentHandlers } from './handlers-comments.ts';
import { messageHandlers } from './handlers-messages.ts';
import { promptHandlers } from './handlers-prompts.ts';
import { agentHandlers, repoHandlers } from './handlers-repo.ts';
import { reviewHandlers } from './handlers-review.ts';
import { shipHandlers } from './handlers-ship.ts';

export function createHandlers(deps: HandlerDeps): Handlers {
  const { sessions, table, terminals } = deps.service;
  return {
    ...reviewHandlers(deps),
    ...commentHandlers(deps),
    ...messageHandlers(deps),
    ...promptHandlers(deps),
    ...repoHandlers(deps),
    ...agentHandlers(deps),
    ...attentionHandlers(deps),
    ...shipHandlers(deps),
    ...checkHandlers(deps),
    ...attemptHandlers(deps),
    'session/create': (params, context) => sessions.create({ ...params, ...ongoing(context) }),
    'session/fork': (params, context) => sessions.fork(params, { ...params, ...ongoing(context) }),
    'session/list': async (params) => ({
      sessions: await sessions.list(params),
      revision: table.revision(),
    }),
    'session/get': (params) => sessions.get(params),
    'session/open': (params, context) => sessions.open(params, { ...params, ...ongoing(context) }),
    'session/close': (params) => sessions.close(params),
    'session/remove': (params) => sessions.remove(params, params),
    'session/restore': (params, context) => sessions.restore(params, ongoing(context)),
    'session/rename': (params) => sessions.rename(params, params.name),
    'session/seen': (params) => sessions.seen(params, params.tree),
    async 'session/log'(params) {
      const { id } = await sessions.find(params);
      const path = setupLog(deps, id);
      return { path, text: await readFile(path, 'utf8').catch(() => '') };
    },
    async 'terminal/attach'(params) {
      const { host, terminal } = await sessions.terminal(params);
      const { ticket } = await host.call('ticket', { terminal });
      return { socket: host.socket, ticket, terminal };
    },
    async 'terminal/resize'({ cols, rows, ...which }) {
      const { host, terminal } = await sessions.terminal(which);
      return await host.call('resize', { terminal, cols, rows });
    },
    async 'terminal/screen'({ format, scrollback, ...which }) {
      const { host, terminal } = await sessions.terminal(which);
      return await host.call('screen', { terminal, format, scrollback });
    },
    'daemon/status': async () => ({
      version: deps.version,
      pid: process.pid,
      hostPid: terminals.pid(),
      startedAt: deps.startedAt,
      clients: deps.clients(),
      sessions: (await sessions.list({ removed: false })).length,
      log: deps.places.daemonLog,
    }),
    'daemon/doctor': async ({ repair }) => ({ findings: await deps.service.examine(repair) }),
    'daemon/stop': async () => {
      // Not before the answer is on its way.
      setImmediate(deps.stop);
      return null;
    },
  };
}
