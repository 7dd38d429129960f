// The methods that ship a session's work, and those for what conflicts then.
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { conflictRequests } from './protocol-conflict.ts';
import type { shipRequests } from './protocol-ship.ts';

type Requests = typeof shipRequests & typeof conflictRequests;

export function shipHandlers({ service }: HandlerDeps): Pick<Handlers, keyof Requests> {
  const { sessions, shipping, rewriting, byHand } = service;
  return {
    'session/commit': async (params) => shipping.commit((await sessions.find(params)).id, params),
    'commit/plan': async (params) => shipping.planCommit((await sessions.find(params)).id),
    'squash/plan': async (params) => rewriting.planSquash((await sessions.find(params)).id),
    'session/message': async (params) => shipping.words((await sessions.find(params)).id),
    'merge/plan': async (params) => shipping.plan((await sessions.find(params)).id, params),
    'merge/apply': async (params) => shipping.merge((await sessions.find(params)).id, params),
    'session/push': async (params, { signal }) =>
      shipping.push((await sessions.find(params)).id, { env: params.env, signal }),
    'rebase/plan': async (params) => rewriting.plan((await sessions.find(params)).id, params),
    'session/rebase': async (params) => rewriting.rebase((await sessions.find(params)).id, params),
    'session/squash': async (params) => rewriting.squash((await sessions.find(params)).id, params),
    'conflict/open': async (params) => byHand.open((await sessions.find(params)).id, params),
    'conflict/get': async (params) => byHand.waiting((await sessions.find(params)).id),
    'merge/undo': async (params) => shipping.undo((await sessions.find(params)).id),
  };
}
