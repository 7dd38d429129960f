import { describe, expect, it } from 'vitest';
import { deb822, oneLine } from '../../scripts/debian/sources.mjs';

describe('sources in deb822 format', () => {
  it('name the other release, and keep mirror, key and architecture', () => {
    const text = [
      '# a comment',
      'Types: deb deb-src',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main contrib',
      'Architectures: arm64',
      'Signed-By:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' abc',
      '',
      'Types: deb',
      'URIs: http://mirror.example/debian-security',
      'Suites: bookworm-security',
      'Components: main',
    ].join('\n');
    expect(deb822(text, 'trixie')).toEqual([
      [
        'Types: deb',
        'Suites: trixie',
        'Components: main',
        'URIs: http://mirror.example/debian',
        'Architectures: arm64',
        'Signed-By:',
        ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
        ' .',
        ' abc',
      ].join('\n'),
    ]);
  });

  it('leave out what is switched off, sources only, or another distribution', () => {
    const stanza = (lines: string[]) => ['URIs: http://x.example/', ...lines].join('\n');
    const text = [
      stanza(['Types: deb', 'Suites: bookworm', 'Enabled: no']),
      stanza(['Types: deb-src', 'Suites: bookworm']),
      stanza(['Types: deb', 'Suites: noble']),
    ].join('\n\n');
    expect(deb822(text, 'trixie')).toEqual([]);
  });
});

describe('sources in one-line format', () => {
  it('name the other release, and keep their options', () => {
    const text = [
      '# deb http://old.example/debian bookworm main',
      'deb [arch=amd64,arm64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib',
      'deb http://mirror.example/debian bookworm-backports main',
      'deb-src http://mirror.example/debian bookworm main',
    ].join('\n');
    expect(oneLine(text, 'sid')).toEqual([
      [
        'Types: deb',
        'Suites: sid',
        'Components: main',
        'URIs: http://mirror.example/debian',
        'Architectures: amd64 arm64',
        'signed-by: /k.gpg',
      ].join('\n'),
    ]);
  });
});
