// One file of a diff, as clients see it.
import { z } from 'zod';

export const diffFileSchema = z.object({
  path: z.string().describe('UTF-8, with replacement characters where the name is not UTF-8'),
  rawPath: z
    .string()
    .nullable()
    .describe('Base64 of the exact bytes of the name, only when it is not UTF-8'),
  oldPath: z.string().nullable().describe('The name before a rename or copy'),
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'copied', 'type-changed']),
  oldMode: z.string(),
  mode: z.string(),
  oldBlob: z.string().describe('The object id of the left side; all zeros where there is none'),
  blob: z.string().describe('The object id of the right side; all zeros where there is none'),
  binary: z.boolean(),
  added: z.number().int(),
  removed: z.number().int(),
});
export type DiffFile = z.infer<typeof diffFileSchema>;
