// The methods about what is sent to agents: now, to several, or when their turn is over.
import { broadcast } from '../core/session/broadcast.ts';
import { edit, hold, holdItem, move, remove, shown } from '../core/session/queue.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';

type MessageMethod =
  | 'session/send'
  | 'message/broadcast'
  | 'queue/list'
  | 'queue/add'
  | 'queue/edit'
  | 'queue/move'
  | 'queue/remove'
  | 'queue/hold';

const byPerson = { why: 'person', text: 'Held by you' } as const;

export function messageHandlers({ service }: HandlerDeps): Pick<Handlers, MessageMethod> {
  const { sessions } = service;
  return {
    'session/send': (params) => sessions.send(params, params.text, params),
    async 'message/broadcast'(params) {
      const outcomes = await broadcast(sessions, params);
      return {
        outcomes: outcomes.map(({ error, ...outcome }) => ({
          ...outcome,
          error: error && { kind: error.kind, message: error.message, hint: error.hint },
        })),
      };
    },
    'queue/list': async (params) => shown((await sessions.find(params)).queue),
    'queue/add': (params) => sessions.enqueue(params, params),
    'queue/edit': (params) =>
      sessions.changeQueue(params, (queue) => edit(queue, params.item, params.text)),
    'queue/move': (params) =>
      sessions.changeQueue(params, (queue) => move(queue, params.item, params.to)),
    'queue/remove': (params) => sessions.changeQueue(params, (queue) => remove(queue, params.item)),
    'queue/hold': ({ item, held, ...which }) =>
      sessions.changeQueue(which, (queue) =>
        item === undefined ? hold(queue, held ? byPerson : null) : holdItem(queue, item, held),
      ),
  };
}
