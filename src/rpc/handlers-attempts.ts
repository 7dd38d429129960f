// The methods about several attempts at one prompt.
import type { TempestError } from '../core/errors.ts';
import { type Handlers, ongoing } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { attemptRequests } from './protocol-attempts.ts';

export function attemptHandlers({
  service: { attempts, sessions },
}: HandlerDeps): Pick<Handlers, keyof typeof attemptRequests> {
  const worded = (error: TempestError | null) =>
    error && { kind: error.kind, message: error.message, hint: error.hint };
  return {
    async 'group/race'(params, context) {
      const { group, attempts: all } = await attempts.race({ ...params, ...ongoing(context) });
      return { group, attempts: all.map((one) => ({ ...one, error: worded(one.error) })) };
    },
    'group/compare': (params) => attempts.compare(params),
    async 'group/choose'(params) {
      const { session, removed } = await attempts.choose((await sessions.find(params)).id);
      return { session, removed: removed.map((one) => ({ ...one, error: worded(one.error) })) };
    },
  };
}
