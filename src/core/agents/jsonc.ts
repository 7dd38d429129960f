// JSON as people write it in settings: with comments, and with commas before a closing bracket.

/** A string, or a comment. */
const stringOrComment = /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const stringOrComma = /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g;

/** An object in JSON with comments; an empty one when the text is none. */
export function readJsonc(text: string): Record<string, unknown> {
  const kept = (_: string, string: string | undefined) => string ?? '';
  try {
    const value: unknown = JSON.parse(
      text.replace(stringOrComment, kept).replace(stringOrComma, kept),
    );
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
