// Every key of the two configuration files stands in the documentation and in the help.
import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { agentTableSchema, knownAgents, likeOf } from '../../src/core/agents/table.ts';
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

  it('shows tables of known agents that keep all that is known of these', () => {
    const page = readFileSync('docs/configuration.md', 'utf8');
    const examples = [...page.matchAll(/^```toml\n([\s\S]*?)^```/gm)].map(([, text]) => text ?? '');
    const names = examples.flatMap((text) => {
      const { agents = {} } = parse(text) as { agents?: Record<string, object> };
      return Object.entries(agents).flatMap(([name, table]) => {
        const isKnown = (knownAgents as readonly string[]).includes(name);
        return isKnown ? [[name, likeOf(name, agentTableSchema.parse(table))]] : [];
      });
    });
    expect(names.map(([name]) => name)).toContain('aider');
    for (const [name, like] of names) expect(like).toBe(name);
  });

  it('names every key in the help of the editor, too', () => {
    const help = readFileSync('doc/tempest.txt', 'utf8');
    const section = help.slice(help.indexOf('*tempest-config*'));
    expect(keys.filter((key) => !new RegExp(`^ *\\[?${key}\\b`, 'm').test(section))).toEqual([]);
  });
});
