// YAML, in a file of its own so that it is loaded only when a prompt has some.
import { parse } from 'yaml';

/** Throws where it is wrong. Aliases are refused: they could make a small file a huge value. */
export function parseYaml(text: string): unknown {
  return parse(text, { maxAliasCount: 0 });
}
