// The methods about who wants the person, and where the person is.
import { attentionQueue } from '../core/session/attention.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { attentionRequests } from './protocol-attention.ts';

export function attentionHandlers({
  service: { sessions, table },
}: HandlerDeps): Pick<Handlers, keyof typeof attentionRequests> {
  return {
    'session/answer': ({ question, answer, ...which }) =>
      sessions.answer(which, { question, answer }),
    'attention/list': async ({ repo }) => ({
      sessions: attentionQueue(await sessions.list({ repo, removed: false })),
      revision: table.revision(),
    }),
    async 'client/focus'({ focused }, { focus }) {
      focus(focused);
      return null;
    },
  };
}
