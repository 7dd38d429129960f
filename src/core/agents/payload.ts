// Looks into what agents write, which may be anything.

/** The text or number in a field of nested tables (`a.b` is `b` of `a`), as text; empty when there is none. */
export function textAt(payload: unknown, path: string): string {
  const value = valueAt(payload, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What is in a field of nested tables; undefined when there is none. */
export function valueAt(payload: unknown, path: string): unknown {
  let value = payload;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function numberAt(payload: unknown, path: string): number {
  const value = valueAt(payload, path);
  return typeof value === 'number' ? value : 0;
}

/** When it was written, by an ISO 8601 time or ms since 1970 in a field; else `otherwise`. */
export function timeAt(payload: unknown, path: string, otherwise: number): number {
  const value = valueAt(payload, path);
  const at = typeof value === 'string' ? Date.parse(value) : value;
  return typeof at === 'number' && Number.isFinite(at) ? at : otherwise;
}

const telling = ['command', 'file_path', 'filePath', 'path', 'absolute_path', 'url', 'pattern'];
const alsoTelling = ['query', 'description', 'prompt', 'question'];

/** What a tool works on, by its arguments: the command, the file, or else the first words there are. */
export function subjectOf(input: unknown): string {
  if (typeof input === 'string') return input;
  if (typeof input !== 'object' || input === null) return '';
  for (const key of [...telling, ...alsoTelling]) {
    const text = textAt(input, key);
    if (text) return text;
  }
  return Object.values(input).find((value) => typeof value === 'string') ?? '';
}
