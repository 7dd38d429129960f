// The methods about comments on a session's code.
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { commentRequests } from './protocol-comments.ts';

export function commentHandlers({
  service,
}: HandlerDeps): Pick<Handlers, keyof typeof commentRequests> {
  const { sessions, comments, reviewSending } = service;
  return {
    async 'comment/add'({ rawPath = null, rev = null, quote = null, ...params }) {
      const { id } = await sessions.find(params);
      const { path, range, side, body } = params;
      const name = rawPath === null ? path : Buffer.from(rawPath, 'base64').toString();
      return await comments.add(id, { path: name, rawPath, range, side, rev, quote, body });
    },
    async 'comment/list'(params) {
      return { comments: await comments.list((await sessions.find(params)).id) };
    },
    async 'comment/edit'({ comment, body, ...which }) {
      return await comments.edit((await sessions.find(which)).id, comment, body);
    },
    async 'comment/resolve'({ comment, resolved, ...which }) {
      return await comments.resolve((await sessions.find(which)).id, comment, resolved);
    },
    async 'comment/remove'({ comment, ...which }) {
      await comments.remove((await sessions.find(which)).id, comment);
      return null;
    },
    async 'review/send'(params) {
      return await reviewSending.send((await sessions.find(params)).id, params);
    },
  };
}
