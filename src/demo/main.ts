// The demo agent's program: the terminal, the signals of the system, and the way out.
import { randomUUID } from 'node:crypto';
import { demoTranscript } from '../core/agents/demo.ts';
import { type DemoAgent, demoAgent } from './agent.ts';
import { paceFrom, parseArguments } from './arguments.ts';
import { openConversation } from './conversation.ts';
import { speaker } from './events.ts';
import { keyReader } from './keys.ts';
import { screenOn } from './screen.ts';
import { signals } from './signals.ts';

const { stdin, stdout, stderr, env, argv } = process;
/** After an Escape this long alone, no sequence is coming. */
const escapeMs = 30;

const args = parseArguments(argv.slice(2), randomUUID);
if (typeof args === 'string') fail(2, args);
if (!stdin.isTTY || !stdout.isTTY) fail(2, 'the demo agent needs a terminal');
const conversation = openConversation(demoTranscript(args.conversation, env));
const isKnown = conversation.turns.length > 0;
if (args.resume && !isKnown) fail(1, `no conversation found with id ${args.conversation}`);
if (!args.resume && isKnown) fail(1, `conversation ${args.conversation} is already in use`);

// Before anything is shown: who types as soon as the prompt stands there types keys, not lines.
stdin.setRawMode(true);
const screen = screenOn({
  write: (text) => stdout.write(text),
  columns: () => stdout.columns,
});
const agent = demoAgent({
  root: process.cwd(),
  conversation,
  screen,
  signal: (sequence) => stdout.write(sequence),
  tell: speaker(args.events, args.conversation),
  pace: paceFrom(env),
  exit: () => leave(0),
});
listen(agent);
if (args.prompt !== '') agent.submit(args.prompt);

function listen(agent: DemoAgent): void {
  const reader = keyReader();
  let timer: NodeJS.Timeout | undefined;
  stdin.on('data', (chunk) => {
    clearTimeout(timer);
    for (const key of reader.read(chunk)) agent.key(key);
    if (reader.pending()) {
      timer = setTimeout(() => {
        for (const key of reader.flush()) agent.key(key);
      }, escapeMs);
    }
  });
  stdin.on('end', () => leave(0));
  stdout.on('resize', () => screen.redraw());
  // A terminal that is gone can't be written to, and needs no goodbye.
  stdout.on('error', () => process.exit(129));
  process.on('SIGHUP', () => process.exit(129));
  process.on('SIGTERM', () => leave(143));
}

function leave(code: number): never {
  screen.end();
  stdout.write(`${signals.rest}${signals.pasteOff}${signals.showCursor}`);
  stdin.setRawMode(false);
  process.exit(code);
}

function fail(code: number, message: string): never {
  stderr.write(`demo-agent: ${message}\n`);
  process.exit(code);
}
