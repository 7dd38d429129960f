// What a session's agent has spent on its model, as every client sees it.
import { z } from 'zod';

export const spentSchema = z.object({
  input: z.number().describe('Tokens that were sent and not read from a cache'),
  output: z.number(),
  cached: z.number().describe('Tokens that were read from a cache'),
  cost: z.number().nullable().describe("In US dollars; null where the agent doesn't say"),
});

export const usageSchema = z.object({
  turn: spentSchema.describe('The turn in progress, else the last one'),
  total: spentSchema,
});
export type Spent = z.infer<typeof usageSchema>;
