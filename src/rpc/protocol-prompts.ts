// The methods about the library of prompts, as part of the protocol: see protocol.ts.
import { z } from 'zod';
import { placeholders, promptSchema } from '../core/prompts/prompt.ts';
import { path } from './shapes.ts';

const repo = path.optional().describe('A path in the checkout whose `.tempest/prompts` count, too');

export const promptRequests = {
  'prompt/list': {
    summary: "The prompts of the person's library and of the repository's.",
    params: z.object({ repo }),
    result: z.object({ prompts: z.array(promptSchema) }),
  },
  'prompt/render': {
    summary: 'A prompt of the library with its placeholders filled; sends nothing.',
    params: z.object({
      name: z.string().min(1),
      repo,
      session: z
        .string()
        .optional()
        .describe("Whose changes `diff` is; else what is uncommitted at `repo`'s checkout"),
      values: z
        .object(Object.fromEntries(placeholders.map((name) => [name, z.string().optional()])))
        .default({})
        .describe('What each placeholder stands for; `diff` is made where it is left out'),
    }),
    result: z.object({ text: z.string(), agent: z.string().nullable() }),
  },
} as const;
