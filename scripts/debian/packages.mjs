// Unpacks Debian packages with all they depend on into a folder, down to the C library.
// apt gets a state, a cache and sources of its own: nothing of the system changes, no root is needed.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { sourcesFor } from './sources.mjs';

/**
 * @param {object} request
 * @param {string} request.suite release of Debian, such as `trixie`
 * @param {string[]} request.packages
 * @param {string} request.into created if needed
 * @param {string} request.scratch an empty folder for apt's own files; may be deleted afterwards
 * @throws {Error} when apt or its sources are missing, or a download failed
 */
export async function unpackPackages({ suite, packages, into, scratch }) {
  const sources = await sourcesFor(suite);
  if (!sources) throw new Error("apt has no source of Debian's main archive configured");
  const config = writeAptConfig(scratch, sources);
  await run('apt-get', ['--config-file', config, '--quiet', 'update']);
  await run('apt-get', [
    ...['--config-file', config, '--quiet', '--yes', '--no-install-recommends'],
    ...['--download-only', 'install', ...packages],
  ]);
  const archives = join(scratch, 'cache/archives');
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['--extract', join(archives, name), into]);
  }
  rmSync(scratch, { recursive: true, force: true });
}

/**
 * An empty dpkg status makes apt take every dependency as missing, so that none of the machine's
 * own libraries is relied on. The cleared hooks would act on the system's cache.
 * @param {string} scratch
 * @param {string} sources
 * @returns {string} path of the configuration file
 */
function writeAptConfig(scratch, sources) {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'log']) {
    mkdirSync(join(scratch, folder), { recursive: true });
  }
  writeFileSync(join(scratch, 'status'), '');
  writeFileSync(join(scratch, 'suite.sources'), `${sources}\n`);
  const config = join(scratch, 'apt.conf');
  const lines = [
    ['Dir::State', scratch],
    ['Dir::State::lists', join(scratch, 'lists')],
    ['Dir::State::status', join(scratch, 'status')],
    ['Dir::Cache', join(scratch, 'cache')],
    ['Dir::Log', join(scratch, 'log')],
    ['Dir::Etc::sourcelist', join(scratch, 'suite.sources')],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::Etc::preferences', '/dev/null'],
    ['Dir::Etc::preferencesparts', '/dev/null'],
    // Dropping privileges would need a scratch folder that another user can write to.
    ['APT::Sandbox::User', ''],
    ['APT::Default-Release', ''],
    ['Acquire::Languages', 'none'],
    ['Acquire::http::Timeout', '30'],
    ['Acquire::Retries', '2'],
  ].map(([name, value]) => `${name} "${value}";`);
  const hooks = [
    'APT::Update::Pre-Invoke',
    'APT::Update::Post-Invoke',
    'APT::Update::Post-Invoke-Success',
    'DPkg::Pre-Invoke',
    'DPkg::Post-Invoke',
    'DPkg::Pre-Install-Pkgs',
  ].map((name) => `#clear ${name};`);
  writeFileSync(config, `${[...hooks, ...lines].join('\n')}\n`);
  return config;
}
