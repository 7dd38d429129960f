// Every key of the two configuration files stands in the documentation and in the help.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { agentTableSchema } from '../../src/core/agents/table.ts';
import { configSchema, repoConfigSchema } from '../../src/core/config.ts';

const keys = [configSchema, repoConfigSchema, agentTableSchema].flatMap(({ shape }) =>
  Object.keys(shape),
);

describe('the documentation of the configuration', () => {
  it('names every key', () => {
    const page = readFileSync('docs/configuration.md', 'utf8');
    const missing = keys.filter(
      (key) => !page.includes(`\`${key}\``) && !page.includes(`[${key}.`),
    );
    expect(missing).toEqual([]);
  });

  it('names every key in the help of the editor, too', () => {
    const help = readFileSync('doc/tempest.txt', 'utf8');
    const section = help.slice(help.indexOf('*tempest-config*'));
    expect(keys.filter((key) => !new RegExp(`^ *\\[?${key}\\b`, 'm').test(section))).toEqual([]);
  });
});
