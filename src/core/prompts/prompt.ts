// A prompt of the library: a markdown file, with YAML front matter if it likes. It is only text: nothing in
// it is ever run.
import { z } from 'zod';

/** Where a prompt comes from; a repository's is somebody else's text, and shown as such. */
export const promptSourceSchema = z.enum(['person', 'repository']);

export const promptSchema = z.object({
  name: z.string(),
  description: z.string().describe('Empty when it has none'),
  agent: z.string().nullable().describe('Whom it is meant for; null: anybody'),
  source: promptSourceSchema.describe("The person's own, or one that lies in the repository"),
  path: z.string(),
  placeholders: z.array(z.string()).describe('What it wants filled in'),
  problem: z.string().describe('Why it can not be used; empty when it can'),
});

export type Prompt = z.infer<typeof promptSchema> & {
  /** What follows the front matter. */
  text: string;
};

/** What `{{…}}` can stand for; anything else in braces is left as it is. */
export const placeholders = [
  'input',
  'file',
  'selection',
  'diagnostics',
  'quickfix',
  'diff',
] as const;
export type Placeholder = (typeof placeholders)[number];

const mark = /\{\{\s*(\w+)\s*\}\}/g;
const frontMatter = /^\uFEFF?---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)?---[ \t]*(?:\r?\n|$)/;

const headerSchema = z
  .object({
    description: z.string().default(''),
    agent: z.string().min(1).nullable().default(null),
    name: z.string().min(1).optional(),
  })
  .loose();

/** Reads a file's text. One whose front matter is wrong is there all the same, with its `problem`. */
export async function parsePrompt(
  file: string,
  { name, path, source }: Pick<Prompt, 'name' | 'path' | 'source'>,
): Promise<Prompt> {
  const found = frontMatter.exec(file);
  const text = file.slice(found?.[0].length ?? 0).trim();
  const plain = { name, description: '', agent: null, source, path, text, problem: '' };
  const prompt = { ...plain, placeholders: namesIn(text) };
  try {
    const header = headerSchema.parse(await readHeader(found?.[1] ?? ''));
    const problem = text === '' ? 'It is empty' : '';
    const { description, agent } = header;
    return { ...prompt, name: header.name ?? name, description, agent, problem };
  } catch (error) {
    return { ...prompt, problem: `Its front matter is wrong: ${reason(error)}` };
  }
}

async function readHeader(text: string): Promise<unknown> {
  if (text.trim() === '') return {};
  const { parseYaml } = await import('./yaml.ts');
  return parseYaml(text) ?? {};
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.') || 'it'}: ${issue?.message ?? ''}`;
  }
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

/** The placeholders that stand in a text, each once, in their order. */
function namesIn(text: string): Placeholder[] {
  const names = [...text.matchAll(mark)].map(([, name]) => name);
  return [...new Set(names)].filter((name): name is Placeholder => isPlaceholder(name));
}

function isPlaceholder(name: string | undefined): name is Placeholder {
  return (placeholders as readonly (string | undefined)[]).includes(name);
}

/** The text with every placeholder filled, once: what is filled in is not looked at again. */
export function fill(text: string, values: Partial<Record<Placeholder, string>>): string {
  return text.replace(mark, (whole, name: string) =>
    isPlaceholder(name) ? (values[name] ?? whole) : whole,
  );
}
