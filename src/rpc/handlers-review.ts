// The methods that show what a session changed.
import { TempestError } from '../core/errors.ts';
import { filePage } from '../core/review/file-page.ts';
import { createPages } from '../core/review/pages.ts';
import { patchPage } from '../core/review/patch.ts';
import { maxMessage } from './constants.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { reviewRequests } from './protocol-review.ts';

export function reviewHandlers({
  service,
}: HandlerDeps): Pick<Handlers, keyof typeof reviewRequests> {
  const { sessions, review } = service;
  const readPage = createPages();
  return {
    'session/diff': (params, { signal }) => review.files(params, params, { ...params, signal }),
    'review/hunks': (params, { signal }) => review.hunks(params, params, { ...params, signal }),
    async 'review/view'(params) {
      await review.view(params, params);
      return null;
    },
    async 'review/accept'(params) {
      await review.accept(params, params);
      return null;
    },
    async 'session/patch'(params, { signal }) {
      const page = params.page ?? { ...(await sessions.compared(params, params)), offset: 0 };
      const { worktree } = await sessions.find(params);
      const { base, tree, offset } = page;
      const sides = { cwd: worktree, base, tree };
      const { bytes, next } = await patchPage({ ...params, ...sides, offset, signal }, readPage);
      return {
        base,
        tree,
        data: bytes.toString('base64'),
        next: next === null ? null : { base, tree, offset: next },
      };
    },
    'conflict/list': ({ repo }, { signal }) => sessions.conflicts(repo, signal),
    'checkpoint/list': async (params) => ({ checkpoints: await sessions.checkpoints(params) }),
    'checkpoint/keep': (params) => review.keep(params, params),
    'checkpoint/rewind': (params) => sessions.rewind(params, params),
    async 'session/file'({ rev, path, rawPath, offset, ...which }, { signal }) {
      const { worktree } = await sessions.find(which);
      const raw = rawPath ? Buffer.from(rawPath, 'base64') : path;
      const file = { cwd: worktree, rev, path: raw, offset, most: maxMessage, signal };
      const page = await filePage(file, readPage);
      if (page) return page;
      const message = `${path} is longer than a message may be, ${maxMessage} bytes`;
      throw new TempestError('too-large', message, 'Ask for its pages: `offset: 0`.');
    },
  };
}
