// How long each request may take at most, for clients that give one up which takes longer.
// Apart from the schemas, whose types it needs alone: a client can start without loading those.
import type { Method } from './protocol.ts';

/** What a request waits for, and the time for that in ms. */
export const patience = {
  /** Nothing but the daemon. */
  answer: 20_000,
  /** An agent, until it has taken what it is sent, or has ended. */
  agent: 60_000,
  /** git, reading a large repository. */
  reading: 120_000,
  /** A person's own programs, a checkout or the network: hooks, signing, setup, check, push. */
  programs: 3_600_000,
} as const;

/** What each request waits for at worst. */
export const waitsFor: Record<Method, keyof typeof patience> = {
  initialize: 'answer',
  'session/create': 'programs',
  'session/fork': 'programs',
  'session/list': 'answer',
  'session/get': 'answer',
  'session/open': 'programs',
  'session/close': 'agent',
  'session/remove': 'programs',
  'session/restore': 'programs',
  'session/rename': 'answer',
  'session/send': 'agent',
  'message/broadcast': 'agent',
  'queue/list': 'answer',
  'queue/add': 'answer',
  'queue/edit': 'answer',
  'queue/move': 'answer',
  'queue/remove': 'answer',
  'queue/hold': 'answer',
  'prompt/list': 'answer',
  'prompt/render': 'reading',
  'session/seen': 'answer',
  'session/answer': 'agent',
  'attention/list': 'answer',
  'client/focus': 'answer',
  'session/diff': 'reading',
  'session/patch': 'reading',
  'session/file': 'reading',
  'review/hunks': 'reading',
  'review/view': 'reading',
  'review/accept': 'answer',
  'checkpoint/list': 'answer',
  'checkpoint/keep': 'answer',
  'checkpoint/rewind': 'programs',
  'conflict/list': 'reading',
  'comment/add': 'reading',
  'comment/list': 'reading',
  'comment/edit': 'answer',
  'comment/resolve': 'answer',
  'comment/remove': 'answer',
  'review/send': 'reading',
  'commit/plan': 'reading',
  'session/commit': 'programs',
  'session/message': 'reading',
  'merge/plan': 'reading',
  'merge/apply': 'programs',
  'session/push': 'programs',
  'rebase/plan': 'reading',
  'session/rebase': 'programs',
  'squash/plan': 'reading',
  'session/squash': 'programs',
  'conflict/open': 'programs',
  'conflict/get': 'reading',
  'merge/undo': 'programs',
  'session/check': 'programs',
  'check/cancel': 'agent',
  'check/command': 'answer',
  'check/log': 'answer',
  'group/race': 'programs',
  'group/compare': 'reading',
  'group/choose': 'programs',
  'session/log': 'answer',
  'terminal/attach': 'answer',
  'terminal/resize': 'answer',
  'terminal/screen': 'answer',
  'agent/list': 'reading',
  'repo/inspect': 'answer',
  'repo/branches': 'answer',
  'repo/approve': 'answer',
  'repo/prepare': 'programs',
  'daemon/status': 'answer',
  'daemon/doctor': 'reading',
  'daemon/stop': 'answer',
};

/** The time in ms after which a request is given up; of an unknown method, that of a mere answer. */
export function patienceFor(method: string): number {
  return Object.hasOwn(waitsFor, method) ? patience[waitsFor[method as Method]] : patience.answer;
}
