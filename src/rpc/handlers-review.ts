// The methods that show what a session changed.
import { basename } from 'node:path';
import { diffFiles, fileAt } from '../core/review/diff.ts';
import { patchPage } from '../core/review/patch.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';
import type { reviewRequests } from './protocol-review.ts';

export function reviewHandlers({
  service,
}: HandlerDeps): Pick<Handlers, keyof typeof reviewRequests> {
  const { sessions } = service;
  return {
    async 'session/diff'(params) {
      const { record, base, tree } = await sessions.compared(params, params);
      const files = await diffFiles({ cwd: record.worktree, base, tree });
      return { base, tree, worktree: record.worktree, files };
    },
    async 'session/patch'(params) {
      const page = params.page ?? { ...(await sessions.compared(params, params)), offset: 0 };
      const { worktree } = await sessions.find(params);
      const { base, tree, offset } = page;
      const { bytes, next } = await patchPage({ ...params, cwd: worktree, base, tree, offset });
      return {
        base,
        tree,
        data: bytes.toString('base64'),
        next: next === null ? null : { base, tree, offset: next },
      };
    },
    'conflict/list': async ({ repo }, { signal }) => ({
      conflicts: await sessions.conflicts(repo, signal),
    }),
    'checkpoint/list': async (params) => ({ checkpoints: await sessions.checkpoints(params) }),
    'checkpoint/rewind': (params) => sessions.rewind(params, params),
    async 'session/file'({ rev, path, rawPath, ...which }) {
      const { worktree } = await sessions.find(which);
      const raw = rawPath ? Buffer.from(rawPath, 'base64') : path;
      const bytes = await fileAt({ cwd: worktree, rev, path: raw });
      if (bytes === null) return { text: null, binary: false };
      const binary = isBinary(bytes);
      return {
        text: binary ? `${basename(path)}: ${bytes.length} bytes` : bytes.toString('utf8'),
        binary,
      };
    },
  };
}

/** As git tells: a NUL byte among the first 8,000 (`buffer_is_binary` in xdiff-interface.c). */
function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8000).includes(0);
}
