#!/usr/bin/env node
// A stand-in for aider, as its terminal shows it: an input line, questions, and one bell for both. It keeps what
// it was told in the folder of its chat history: `prompts` and `answers`, a line each.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const history = process.argv[process.argv.indexOf('--chat-history-file') + 1] ?? '';
const folder = dirname(history);
const cache = '.aider.tags.cache.v4';
const show = (/** @type {string} */ text) => process.stdout.write(text);
/** @param {string} file @param {string} line */
const keep = (file, line) => appendFileSync(join(folder, file), `${line}\n`);

process.stdin.setRawMode(true).setEncoding('utf8');
/** @type {string[]} */
const typed = [];
let wake = () => {};
process.stdin.on('data', (keys) => {
  typed.push(...String(keys).replaceAll('\x1b[200~', '').replaceAll('\x1b[201~', ''));
  wake();
});

/** Reads a line, shown as it is typed, while bracketed paste is on, as prompt_toolkit does. */
async function ask(/** @type {string} */ question) {
  show(`\x1b[?2004h${question} `);
  let line = '';
  for (;;) {
    const key = typed.shift();
    if (key === '\r') break;
    if (key !== undefined) {
      line += key;
      show(key);
    } else {
      await new Promise((resolve) => {
        wake = () => resolve(null);
      });
    }
  }
  show('\x1b[?2004l\r\n');
  return line;
}
async function decide(/** @type {string} */ question) {
  keep('answers', await ask(`${question} (Y)es/(N)o/(D)on't ask again [Yes]:`));
}

show('Aider v0.86.2\r\n');
mkdirSync(cache, { recursive: true });
writeFileSync(join(cache, 'cache.db'), '');
if (process.env.AIDER_ASKS_FIRST) await decide('Open URL for more info?');
for (;;) {
  show(`${'─'.repeat(20)}\r\n`);
  const prompt = await ask('>');
  keep('prompts', prompt);
  appendFileSync(history, `\n#### ${prompt}  \n\n`);
  show('Thinking of it.\r\n');
  if (prompt.includes('ask')) {
    show('\x07');
    await decide('Add src/a.ts to the chat?');
  }
  const report = 'Tokens: 4.4k sent, 215 received. Cost: $0.02 message, $0.05 session.';
  appendFileSync(history, `Done.\n\n> ${report}  \n`);
  show(`Done.\r\n\r\n${report}\r\n\x07`);
}
