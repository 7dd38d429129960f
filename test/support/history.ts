// A made-up history with every kind of change that a file can see, the same for the same seed.
import { random } from './random.ts';
import type { TestRepo } from './scratch-repo.ts';

/** Bytes are kept one to a character (latin1), so that names and contents of no encoding stay what they are. */
interface Entry {
  mode: '100644' | '100755' | '120000' | '160000';
  /** A submodule's is the id of a commit. */
  content: string;
}
type Files = Map<string, Entry>;
type Random = (below: number) => number;

const folders = ['', 'src/', 'src/deep/er/', 'with space/', 'quo"te/', 'sub/'];
const names = [
  'plain',
  'a b',
  '-dash',
  ':colon',
  'tab\there',
  'new\nline',
  'it\'s "quoted"',
  'back\\slash',
  'caf\xc3\xa9',
  'raw\xff\xfe',
  '[glob]*?',
  'gen.gen',
  'code.py',
  'notes.md',
];
/** Some are made to look like parts of a patch. */
const phrases = [
  '',
  '-- x',
  '++ y',
  '- a/plain',
  '+ b/plain',
  '@@ -1 +1 @@',
  'diff --git a/x b/x',
  '\\ No newline at end of file',
  'Binary files a/x and b/x differ',
  'def function():',
  'int main(void)',
  '    return \xe9\xff',
  'middle\rreturn',
  '\t\x7f',
];

const isText = ({ mode, content }: Entry) => mode.startsWith('100') && !content.includes('\0');

function line(r: Random): string {
  return r(3) === 0 ? (phrases[r(phrases.length)] ?? '') : `line ${r(40)}`;
}

function text(r: Random, lines: number): string {
  const end = r(4) === 0 ? '\r\n' : '\n';
  const all = Array.from({ length: lines }, () => line(r) + end).join('');
  return r(4) === 0 ? all.slice(0, -end.length) : all;
}

function binary(r: Random): string {
  return `\0${Array.from({ length: 1 + r(300) }, () => String.fromCharCode(r(256))).join('')}`;
}

function id(r: Random): string {
  return Array.from({ length: 40 }, () => r(16).toString(16)).join('');
}

function newEntry(r: Random): Entry {
  switch (r(10)) {
    case 0:
      return { mode: '120000', content: `../${names[r(names.length)]}` };
    case 1:
      return { mode: '160000', content: id(r) };
    case 2:
      return { mode: '100644', content: binary(r) };
    case 3:
      return { mode: '100644', content: '' };
    case 4:
      return { mode: '100755', content: text(r, 1 + r(5)) };
    default:
      return { mode: '100644', content: text(r, 1 + r(60)) };
  }
}

/** A few lines go, a few come; sometimes only the end of the file or of its lines changes. */
function edited(r: Random, content: string): string {
  switch (r(8)) {
    case 0:
      return content.endsWith('\n') ? content.replace(/\r?\n$/, '') : `${content}\n`;
    case 1:
      return content.includes('\r\n')
        ? content.replaceAll('\r\n', '\n')
        : content.replaceAll('\n', '\r\n');
    default: {
      const lines = content.split('\n');
      for (let times = r(4); times >= 0; times--) {
        const more = Array.from({ length: r(3) }, () => line(r));
        lines.splice(r(lines.length), r(3), ...more);
      }
      return lines.join('\n');
    }
  }
}

/** A file can't stay where a folder comes to be, nor a folder where a file does. */
function put(files: Files, path: string, entry: Entry): void {
  for (const other of files.keys()) {
    if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other);
  }
  files.set(path, entry);
}

function change(r: Random, files: Files): void {
  const paths = [...files.keys()];
  const path = paths[r(paths.length)] ?? '';
  const fresh = `${folders[r(folders.length)]}${names[r(names.length)]}${r(3)}`;
  const { mode, content } = files.get(path) ?? newEntry(r);
  const rewritten = isText({ mode, content }) ? edited(r, content) : content;
  const kind = r(12);
  if (kind === 0) put(files, fresh, newEntry(r));
  else if (kind === 1) put(files, path, newEntry(r));
  else if (kind === 2) files.delete(path);
  else if (kind === 3) put(files, `${path}/${names[r(names.length)]}`, newEntry(r));
  else if (kind <= 5) {
    files.delete(path);
    put(files, fresh, { mode, content: r(2) ? content : rewritten });
  } else if (kind === 6 && mode.startsWith('100')) {
    put(files, path, { content, mode: mode === '100644' ? '100755' : '100644' });
  } else put(files, path, { mode, content: mode === '160000' ? id(r) : rewritten });
}

/** In the way `git fast-import` and `git diff` both write names. */
export function quoted(path: string): string {
  const letters: Record<string, string> = { '\n': 'n', '\t': 't', '\r': 'r', '"': '"', '\\': '\\' };
  const escaping = (one: string) =>
    `\\${letters[one] ?? one.charCodeAt(0).toString(8).padStart(3, '0')}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what git quotes
  const escaped = path.replace(/[\x00-\x1f"\\\x7f-\xff]/g, escaping);
  return escaped === path ? path : `"${escaped}"`;
}

/** Adds `commits` commits to an empty repository; gives their ids, the oldest first. */
export function makeHistory(repo: TestRepo, seed: number, commits: number): string[] {
  const r = random(seed);
  const files: Files = new Map();
  const stream: string[] = [];
  const data = (content: string) => `data ${content.length}\n${content}\n`;
  const huge = Array.from({ length: 20_000 }, (_, n) => `huge ${n}\n`).join('');
  put(files, 'huge', { mode: '100644', content: huge });
  for (let n = 0; n < 25; n++) put(files, `${names[r(names.length)]}-${n}`, newEntry(r));
  for (let commit = 0; commit < commits; commit++) {
    for (let n = r(6); n >= 0; n--) change(r, files);
    stream.push('commit refs/heads/main\n', `committer Ada <ada@example.org> ${commit} +0000\n`);
    stream.push(data(`${commit}`), 'deleteall\n');
    for (const [path, { mode, content }] of files) {
      const name = quoted(path);
      stream.push(
        mode === '160000' ? `M ${mode} ${content} ${name}\n` : `M ${mode} inline ${name}\n`,
      );
      if (mode !== '160000') stream.push(data(content));
    }
  }
  repo.git(['fast-import', '--quiet'], repo.root, Buffer.from(stream.join(''), 'latin1'));
  return repo.git(['rev-list', '--reverse', 'main']).split('\n').filter(Boolean);
}
