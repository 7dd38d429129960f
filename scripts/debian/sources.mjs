// Rewrites the machine's own apt sources so that they name another release of Debian.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';

/** Names a source can have for Debian's main archive; `-updates`, `-security` and others are not it. */
const mainArchive =
  /^(buster|bullseye|bookworm|trixie|forky|duke|sid|(old)*stable|testing|unstable)$/;

/**
 * The configured sources of Debian's main archive, in deb822 format, for `suite` instead.
 * Mirrors, keys, architectures and other options stay as the machine has them.
 * @param {string} suite such as `trixie`
 * @returns {Promise<string>} empty when the machine has no such source
 */
export async function sourcesFor(suite) {
  const texts = await configuredSources();
  const stanzas = texts.flatMap(({ name, text }) =>
    name.endsWith('.sources') ? deb822(text, suite) : oneLine(text, suite),
  );
  return [...new Set(stanzas)].join('\n\n');
}

async function configuredSources() {
  const answer = await run('apt-config', [
    ...['shell', 'LIST', 'Dir::Etc::sourcelist/f'],
    ...['PARTS', 'Dir::Etc::sourceparts/d'],
  ]);
  const value = (/** @type {string} */ name) =>
    answer.match(new RegExp(`^${name}='(.*)'$`, 'm'))?.[1] ?? '';
  const parts = value('PARTS');
  const files = [value('LIST'), ...namesIn(parts).map((name) => join(parts, name))];
  return files
    .filter((name) => /\.(list|sources)$/.test(name))
    .map((name) => ({ name, text: textOf(name) }));
}

/**
 * @param {string} text
 * @param {string} suite
 * @returns {string[]} one stanza for each that fits
 */
export function deb822(text, suite) {
  const stanzas = text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const field = (/** @type {string} */ name) =>
      stanza.match(new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'im'))?.[1]?.trim() ?? '';
    const fits =
      field('Types').split(/\s+/).includes('deb') &&
      !/^(no|false|0|off)$/i.test(field('Enabled')) &&
      field('Suites').split(/\s+/).some(isMainArchive);
    if (!fits) return [];
    const kept = stanza
      .trim()
      .replace(/^(Types|Suites|Components|Enabled):.*(\n[ \t].*)*\n?/gim, '')
      .trim();
    return [`Types: deb\nSuites: ${suite}\nComponents: main\n${kept}`];
  });
}

/** Options of the one-line format whose deb822 field has another name (sources.list(5)). */
const fieldNames = new Map([
  ['arch', 'Architectures'],
  ['lang', 'Languages'],
  ['target', 'Targets'],
]);

/**
 * @param {string} text
 * @param {string} suite
 * @returns {string[]} one stanza for each line that fits
 */
export function oneLine(text, suite) {
  const lines = text.matchAll(/^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+\S.*$/gm);
  return [...lines]
    .filter(([, , , named]) => isMainArchive(named))
    .map(([, options = '', uri]) => {
      const fields = [...options.matchAll(/(\S+?)=(\S+)/g)].map(
        ([, name = '', value = '']) =>
          `${fieldNames.get(name.toLowerCase()) ?? name}: ${value.replaceAll(',', ' ')}`,
      );
      return [`Types: deb\nSuites: ${suite}\nComponents: main\nURIs: ${uri}`, ...fields].join('\n');
    });
}

const isMainArchive = (/** @type {string | undefined} */ suite) => mainArchive.test(suite ?? '');

function namesIn(/** @type {string} */ folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function textOf(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
