// Reads a patch without context (`-U0`) by the counts in its headers: no line of a file is taken for a
// header, whatever it begins with (hazard 24).
import { failure } from '../git.ts';

/** One change in one file. Lines count from 1; a side without lines stands after the line `…Start`. */
export interface Change {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** What git found that the change lies in, such as the head of a function. */
  section: string;
  /** The bytes of both sides; the last line of a file may end without a newline. */
  old: Buffer;
  new: Buffer;
}

const newline = 0x0a;
const backslash = 0x5c;
const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s;

/**
 * The changes in each part of a patch that begins with `diff --git`, in order; none where git shows none:
 * binary, or only a mode or name. Git quotes names in these lines, so that each header is one line.
 * Throws `git-failed` when it is no such patch.
 */
export function readPatch(bytes: Buffer): Change[][] {
  const parts: Change[][] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = lineEnd(bytes, at);
    const line = bytes.toString('latin1', at, end);
    at = end + 1;
    if (line.startsWith('diff --git ')) parts.push([]);
    const part = parts.at(-1);
    if (!part) throw unreadable(line);
    const counts = header.exec(line);
    if (!counts) continue;
    const [, oldStart, oldLines = 1, newStart, newLines = 1, section = ''] = counts;
    const old = readSide(bytes, at, '-', Number(oldLines));
    const added = readSide(bytes, old.end, '+', Number(newLines));
    part.push({
      oldStart: Number(oldStart),
      oldLines: Number(oldLines),
      newStart: Number(newStart),
      newLines: Number(newLines),
      section: Buffer.from(section, 'latin1').toString(),
      old: old.content,
      new: added.content,
    });
    at = added.end;
  }
  return parts;
}

function readSide(bytes: Buffer, begin: number, mark: '-' | '+', lines: number) {
  const content: Buffer[] = [];
  let end = begin;
  for (let line = 0; line < lines; line++) {
    const begins = end;
    if (bytes[begins] !== mark.charCodeAt(0)) throw unreadable(bytes.toString('utf8', begins, 40));
    end = lineEnd(bytes, begins) + 1;
    content.push(bytes.subarray(begins + 1, end));
  }
  const last = content.pop();
  if (last) {
    // "\ No newline at end of file": the one before is git's own.
    const isOpen = bytes[end] === backslash;
    content.push(isOpen ? last.subarray(0, -1) : last);
    if (isOpen) end = lineEnd(bytes, end) + 1;
  }
  return { content: Buffer.concat(content), end };
}

function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(newline, from);
  return end < 0 ? bytes.length : end;
}

function unreadable(found: string) {
  return failure(['diff'], 0, `its patch can't be read at ${JSON.stringify(found)}`);
}
