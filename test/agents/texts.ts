// What a request to the model says.

/** All texts that a request holds, of any protocol. */
export function textsOf(body: unknown): string[] {
  if (Array.isArray(body)) return body.flatMap(textsOf);
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    const isText = typeof value === 'string' && (name === 'text' || name === 'content');
    return isText ? [value] : textsOf(value);
  });
}
