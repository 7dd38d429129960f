// Whether the prompt that an agent says it took is the one that was sent.

/** Longer than this, a text is told by its beginning, and by standing within another. */
const telling = 24;

/**
 * Agents trim a prompt, change its line ends, or cut it; a person may have typed something before it.
 * Short prompts must be the same but for blanks, since `y` stands within nearly anything.
 */
export function isSamePrompt(said: string, sent: string): boolean {
  const [heard, meant] = [plain(said), plain(sent)];
  if (heard === meant) return true;
  const isCut = heard.length >= telling && meant.startsWith(heard.replace(/(\.\.\.|…)$/, ''));
  return isCut || (meant.length >= telling && heard.includes(meant));
}

/** Without blanks and control characters, neither of which every agent keeps. */
function plain(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, '');
}
