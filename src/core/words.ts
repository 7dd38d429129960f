// Splits a command line into words by its quotes alone: nothing is expanded, nothing is run.

/** The words of `text`, or null when a quote stays open or a backslash ends it. */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (quote) {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && /["\\]/.test(text[index + 1] ?? '')) {
        word += text[++index] ?? '';
      } else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\') {
      if (index + 1 >= text.length) return null;
      word = (word ?? '') + text[++index];
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (quote) return null;
  if (word !== null) words.push(word);
  return words;
}
