// The methods about the library of prompts.
import { git } from '../core/git.ts';
import { findPrompt, listPrompts, renderPrompt, type Shelves } from '../core/prompts/library.ts';
import { patchPage } from '../core/review/patch.ts';
import { inspectRepo } from '../core/worktree/repo.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { ParsedParams } from './protocol.ts';

type PromptMethod = 'prompt/list' | 'prompt/render';

/** A longer difference, in characters, is cut: no agent reads it all. */
const longestDiff = 200_000;

export function promptHandlers({ places, service }: HandlerDeps): Pick<Handlers, PromptMethod> {
  const { sessions } = service;

  const shelvesAt = async (repo: string | undefined): Promise<Shelves> => {
    const found = repo === undefined ? null : await inspectRepo(repo);
    return { person: places.prompts, checkout: found && !found.bare ? found.here : null };
  };
  /** What the session changed; without one, what is not committed where the person stands. */
  const diffOf = async ({ repo, session }: ParsedParams<'prompt/render'>): Promise<string> => {
    if (session === undefined) {
      return await git(['diff', '--no-ext-diff', '--no-color', 'HEAD'], { cwd: repo ?? '/' });
    }
    const { record, base, tree } = await sessions.compared({ session, repo });
    const whole = { color: false, binary: false, offset: 0, limit: 4 * longestDiff };
    const { bytes } = await patchPage({
      ...whole,
      format: 'patch',
      paths: [],
      cwd: record.worktree,
      base,
      tree,
    });
    return bytes.toString('utf8');
  };

  return {
    async 'prompt/list'({ repo }) {
      const prompts = await listPrompts(await shelvesAt(repo));
      return { prompts: prompts.map(({ text, ...prompt }) => prompt) };
    },
    async 'prompt/render'(params) {
      const prompt = await findPrompt(await shelvesAt(params.repo), params.name);
      const values = { ...params.values };
      if (prompt.placeholders.includes('diff') && values.diff === undefined) {
        const diff = await diffOf(params);
        const isCut = diff.length > longestDiff;
        values.diff =
          diff === ''
            ? '(no changes)'
            : isCut
              ? `${diff.slice(0, longestDiff)}\n[cut: it is longer]`
              : diff;
      }
      return { text: renderPrompt(prompt, values), agent: prompt.agent };
    },
  };
}
