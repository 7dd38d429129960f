// The part of the protocol about who wants the person, and where the person is.
import { z } from 'zod';
import { sessionSchema } from '../core/session/session.ts';
import { path, which } from './shapes.ts';

export const attentionRequests = {
  'session/answer': {
    summary:
      "Presses the keys that answer the agent's permission question, while it stands. What the agent makes of them, `session/changed` tells.",
    params: z.object({
      ...which,
      question: z
        .string()
        .describe("`question.id` of the session: another question isn't answered"),
      answer: z.enum(['allow', 'deny']),
    }),
    result: sessionSchema,
  },
  'attention/list': {
    summary: 'The sessions that want the person, in the order in which to look at them.',
    params: z.object({ repo: path.optional().describe('Default: of all repositories') }),
    result: z.object({ sessions: z.array(sessionSchema), revision: z.number().int() }),
  },
  'client/focus': {
    summary: 'Whether the person is at this client now, which then tells them of changes itself.',
    params: z.object({ focused: z.boolean() }),
    result: z.null(),
  },
} as const;
