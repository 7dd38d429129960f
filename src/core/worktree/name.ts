// Names of sessions: made from a prompt, checked when given, and never twice the same.
import { TempestError } from '../errors.ts';

export { worktreeFolder } from './folder.ts';

/** Characters of a name made from a prompt. */
const longestMade = 40;
/** Bytes: folder and branch carry the name, and file systems stop at 255. */
const longestGiven = 100;
const words = 5;
const fallback = 'session';

const stopWords = new Set(
  `a an the this that these those of in on at to for from with by as is are be been was were it its
  i we you he she they me us my our your their please can could would should will shall may might
  must do does did so and or but then than when if into onto up out also just some any all let lets
  make sure need want there here have has had not`.split(/\s+/),
);

/**
 * A short, readable name for what the prompt asks, at most 40 characters and five words, always
 * one that `checkName` accepts.
 */
export function nameFromPrompt(prompt: string): string {
  const plain = prompt
    .slice(0, 2000)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/https?:\/\/\S+/g, ' ')
    .replace(/['’`]/g, '')
    .toLowerCase();
  const all = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = all.filter((word) => !stopWords.has(word));
  const chosen = telling.length > 0 ? telling : all;
  const name = joined(chosen);
  const candidates = [name, `${fallback}-${name}`, fallback];
  return candidates.find((candidate) => name && isGood(candidate)) ?? fallback;
}

function joined(chosen: string[]): string {
  let name = '';
  for (const word of chosen.slice(0, words)) {
    const longer = name ? `${name}-${word}` : word;
    if ([...longer].length > longestMade) break;
    name = longer;
  }
  return name || [...(chosen[0] ?? '')].slice(0, longestMade).join('');
}

function isGood(name: string): boolean {
  return reasonAgainst(name) === null;
}

/**
 * Refuses names that could leave their folder, that git refuses in a branch, or that some file
 * system can't hold (hazard 1). A name is one path segment and the last part of a branch.
 * @throws TempestError `bad-name`.
 */
export function checkName(name: string): void {
  const reason = reasonAgainst(name);
  if (reason === null) return;
  throw new TempestError(
    'bad-name',
    `${JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)} can't be a name: ${reason}`,
    'Use letters, digits, and single dots, dashes or underscores between them.',
  );
}

/** Of Windows and of file systems that fold case, so that a repository travels. */
const reserved =
  /^(con|prn|aux|nul|com\d|lpt\d|head|fetch_head|orig_head|merge_head|git~\d)(\.|$)/i;

const rules: [RegExp, string][] = [
  [/^$/, 'it is empty'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  [/[\u0000-\u001f\u007f-\u009f]/, 'it has control characters'],
  [/[/\\]/, 'it has a slash'],
  [/^\./, 'it begins with a dot'],
  [/^-/, 'it begins with a dash'],
  [/\.\./, 'it has two dots in a row'],
  [/@\{/, 'it has @{'],
  [/^@$/, 'git keeps @ for itself'],
  [/[.\s]$/, 'it ends in a dot or a space'],
  [/\.lock$/i, 'it ends in .lock'],
  [/[~^:?*[\]<>|"'`$&;!(){}#%]/, 'it has a character that git, shells or file systems use'],
  [/[\s\p{Z}]/u, 'it has a space'],
  [/[\p{Extended_Pictographic}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/u, 'it has characters that are no letters'],
  [reserved, 'the word is reserved'],
];

function reasonAgainst(name: string): string | null {
  const broken = rules.find(([pattern]) => pattern.test(name));
  if (broken) return broken[1];
  if (Buffer.byteLength(name) > longestGiven) return `it is longer than ${longestGiven} bytes`;
  return null;
}

/** The name itself, or with the first number behind it that is free: fix-login, fix-login-2, … */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const name = `${wanted}-${number}`;
    if (!isTaken(name)) return name;
  }
}
