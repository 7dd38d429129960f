// Before the first test: builds what is older than its source, and gets the Neovims to test on.
import type { TestProject } from 'vitest/node';
import { buildIfStale } from '../../scripts/build.mjs';
import { debianReleases } from '../../scripts/debian/neovim.mjs';
import { findNeovim } from '../../scripts/neovim.mjs';
import type { NeovimVersion } from './neovim.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    neovims: NeovimVersion[];
  }
}

export async function setup(project: TestProject): Promise<void> {
  const say = (line: string) => console.log(line);
  await buildIfStale({ say });
  project.provide('neovims', await neovimsToTestOn(say));
}

/** All that Debian's archive gives; where it can't be had, the one that is installed. */
async function neovimsToTestOn(say: (line: string) => void): Promise<NeovimVersion[]> {
  const wanted = debianReleases.map(({ suite }) => findNeovim({ suite, say }));
  const found = await Promise.allSettled(wanted);
  const neovims = found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const all = neovims.length > 0 ? neovims : [await findNeovim({ say })];
  return all
    .map(({ version, path }) => ({ version, path }))
    .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}
