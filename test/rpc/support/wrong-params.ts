// Parameters that a method must refuse, made from its own schema: what that accepts is thrown away.
import { type Method, requests } from '../../../src/rpc/protocol.ts';
import { anything, pick, type Random } from './hostile-values.ts';

/** All but `initialize`, which belongs to the connection. */
export const methods = (Object.keys(requests) as Method[]).filter((name) => name !== 'initialize');

const notEvenAnObject = [true, 0, 'text', [1, 2], 1e308, [{}]];
/** What some fields take, so that the others are what is refused. */
const fitting = ['no-such-session', '/nowhere', 1, true, ['no-such-session'], 'main'];

export function wrongParams(random: Random, method: Method): unknown {
  const schema = requests[method].params;
  const keys = Object.keys(schema.shape);
  for (let attempts = 0; attempts < 20 && random() < 0.9; attempts++) {
    const value = () => (random() < 0.5 ? anything(random) : pick(random, fitting));
    const fields = keys.filter(() => random() < 0.8).map((key) => [key, value()]);
    // As it arrives: JSON has no NaN.
    const params: unknown = JSON.parse(JSON.stringify(Object.fromEntries(fields)));
    if (!schema.safeParse(params).success) return params;
  }
  return pick(random, notEvenAnObject);
}
