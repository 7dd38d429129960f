// Before the first test: builds what is older than its source, and gets the Neovims to test on.
import { delimiter } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildIfStale } from '../../scripts/build.mjs';
import { debianReleases } from '../../scripts/debian/neovim.mjs';
import { findNeovim } from '../../scripts/neovim.mjs';
import type { NeovimVersion } from './neovim.ts';

type DebianRelease = (typeof debianReleases)[number];

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

/**
 * One of each of Debian's releases, so that no run leaves out half of the tests unsaid. Where these can't be
 * had, TEMPEST_TEST_NVIMS names others, separated as in PATH.
 * @throws {Error} that says which is missing
 */
async function neovimsToTestOn(say: (line: string) => void): Promise<NeovimVersion[]> {
  const named = process.env.TEMPEST_TEST_NVIMS?.split(delimiter).filter(Boolean);
  const wanted = named
    ? named.map((path) => findNeovim({ env: { TEMPEST_NVIM: path } }))
    : debianReleases.map((release) => fromDebian(release, say));
  const neovims = await Promise.all(wanted);
  return neovims
    .map(({ version, path }) => ({ version, path }))
    .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

async function fromDebian({ suite, version }: DebianRelease, say: (line: string) => void) {
  try {
    return await findNeovim({ suite, say });
  } catch (cause) {
    throw new Error(
      `The tests run on Neovim ${version} (Debian ${suite}) among others, which could not be had. ` +
        'Name those that you have in TEMPEST_TEST_NVIMS, separated as in PATH.',
      { cause },
    );
  }
}
