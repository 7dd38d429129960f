// Tells apart why a model's service refused, by its status code or its words.
import type { Problem } from './event.ts';

const limited =
  /\b429\b|rate.?limit|too many requests|quota|usage limit|insufficient.?(credit|fund)/i;
const unknown = /\b401\b|\b403\b|api.?key|unauthori[sz]ed|authenticat|log ?in\b|sign ?in\b/i;

/** `status` is the service's HTTP status, where the agent tells it. */
export function problemOf(text: string, status?: number): Problem {
  const words = status === undefined ? text : `${status} ${text}`;
  if (limited.test(words)) return { kind: 'rate-limit', text };
  if (unknown.test(words)) return { kind: 'login', text };
  return { kind: 'api-error', text };
}
