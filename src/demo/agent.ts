// The demo agent itself: takes prompts, plays turns, and tells the terminal how it goes.
import type { DemoEvent } from '../core/agents/demo-events.ts';
import type { Conversation } from './conversation.ts';
import type { Key } from './keys.ts';
import { type Screen, style } from './screen.ts';
import { signals } from './signals.ts';
import { Interrupted, Limited, runTurn, type Stage, type TurnResult } from './turn.ts';

export interface DemoOptions {
  root: string;
  conversation: Conversation;
  screen: Screen;
  /** Sends escape sequences to the terminal. */
  signal(sequence: string): void;
  /** Tells Tempest of itself, where Tempest listens. */
  tell(event: DemoEvent): void;
  /** Milliseconds a step takes. */
  pace: number;
  /** Ends the program. */
  exit(): void;
}

export interface DemoAgent {
  submit(prompt: string): void;
  key(key: Key): void;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;

/** The agent at its prompt, with nothing to do yet. */
export function demoAgent(options: DemoOptions): DemoAgent {
  const { root, conversation, screen, signal, tell, pace, exit } = options;
  const queue: string[] = [];
  let input = '';
  let leaving = false;
  let turn: AbortController | null = null;
  let answer: ((yes: boolean) => void) | null = null;
  let status: string[] = [];
  let lastId = 0;
  const newId = () => `${process.pid}-${++lastId}`;

  const draw = () => screen.footer({ status, input, hint: hint() });
  const hint = () => {
    if (leaving) return 'Press Ctrl-C again to exit';
    if (answer) return 'y to allow · n to decline · Esc to interrupt';
    if (turn)
      return queue.length > 0 ? `${queue.length} queued · Esc to interrupt` : 'Esc to interrupt';
    return 'Enter to send · /exit to leave';
  };
  const topic = () => titleText(conversation.turns[0]?.prompt ?? 'Demo agent');
  const atRest = () => {
    status = [];
    signal(signals.rest + signals.title(`✳ ${topic()}`));
    draw();
  };

  const stageOf = (cancel: AbortSignal): Stage => ({
    root,
    say: screen.say,
    work: (doing, steps, tool) => {
      const id = newId();
      if (tool) tell({ kind: 'tool-started', id, tool: tool.name, text: tool.on });
      let frame = 0;
      const turnOn = () => {
        const mark = spinner[frame++ % spinner.length] ?? '';
        status = ['', `${style.accent(mark)} ${doing}…`];
        signal(signals.title(`${mark} ${topic()}`));
        draw();
      };
      turnOn();
      const timer = setInterval(turnOn, frameMs);
      return pause(pace * steps, cancel)
        .then(() => tool && tell({ kind: 'tool-ended', id }))
        .finally(() => clearInterval(timer));
    },
    ask: (tool) =>
      new Promise<boolean>((resolve, reject) => {
        const id = newId();
        const question = `${tool.name} "${tool.on}"?`;
        const settle = (then: () => void) => {
          answer = null;
          signal(signals.busy);
          then();
        };
        answer = (yes) => {
          tell({ kind: 'answered', id });
          settle(() => resolve(yes));
        };
        cancel.addEventListener('abort', () => settle(() => reject(new Interrupted())), {
          once: true,
        });
        tell({ kind: 'asked', question: { id, tool: tool.name, text: tool.on } });
        status = ['', `${style.ask('●')} ${style.bold(question)} (y/n)`];
        signal(signals.paused + signals.notify(`${question} (y/n)`));
        draw();
      }),
  });

  const play = async (prompt: string) => {
    const cancel = new AbortController();
    const files: string[] = [];
    turn = cancel;
    conversation.begin(prompt);
    tell({ kind: 'turn-started', prompt });
    screen.say(...promptLines(prompt));
    signal(signals.busy);
    try {
      const first = conversation.turns[0]?.prompt ?? prompt;
      const result = await runTurn(stageOf(cancel.signal), prompt, first, files);
      conversation.end(result.files, result.summary);
      tell({ kind: 'usage', id: newId(), usage: usageOf(prompt, result) });
      tell({ kind: 'turn-ended', message: result.summary });
    } catch (error) {
      const why = error instanceof Interrupted ? 'Interrupted' : `Failed: ${messageOf(error)}`;
      screen.say(`  ${style.bad(`⎿ ${why}`)}`);
      conversation.end(files, why);
      tell({ kind: 'turn-ended', ...endBy(error) });
    }
    turn = null;
    const next = queue.shift();
    if (next !== undefined) return play(next);
    atRest();
    signal(signals.bell);
  };

  const submit = (prompt: string) => {
    const text = prompt.trim();
    if (text === '') return;
    if (text === '/exit' || text === '/quit') return exit();
    if (turn) queue.push(text);
    // Its own errors are part of the conversation: nothing is left to catch.
    else void play(text);
  };

  /** True when the key answered a question. */
  const answers = (key: Key): boolean => {
    if (!answer) return false;
    const word = key.kind === 'text' ? key.text.trim().charAt(0).toLowerCase() : '';
    if (word === 'y' || key.kind === 'enter') answer(true);
    else if (word === 'n') answer(false);
    return key.kind !== 'escape' && key.kind !== 'interrupt';
  };

  const interrupt = () => {
    if (leaving) return exit();
    leaving = true;
    if (input !== '') input = '';
    else turn?.abort();
  };

  const edit = (key: Key) => {
    if (key.kind === 'text' || key.kind === 'paste') input += key.text;
    else if (key.kind === 'newline') input += '\n';
    else if (key.kind === 'backspace') input = Array.from(input).slice(0, -1).join('');
    else if (key.kind === 'clear') input = '';
    else if (key.kind === 'escape') turn?.abort();
    else if (key.kind === 'end' && input === '') exit();
    else if (key.kind === 'enter') {
      const prompt = input;
      input = '';
      submit(prompt);
    }
  };

  signal(signals.pasteOn + signals.hideCursor);
  screen.say(...banner(root), ...conversation.turns.flatMap(recall));
  atRest();
  tell({ kind: 'ready' });
  return {
    submit,
    key(key) {
      if (key.kind === 'interrupt') interrupt();
      else {
        leaving = false;
        if (!answers(key)) edit(key);
      }
      draw();
    },
  };
}

/** As many tokens as the words of the turn would have cost: about four letters each. */
function usageOf(prompt: string, { files, summary }: TurnResult) {
  const tokens = (text: string) => Math.ceil(text.length / 4);
  const output = tokens(summary) + files.length * 50;
  return { input: tokens(prompt), output, cached: 0, cost: null };
}

/** How a turn that was not finished ended. */
function endBy(error: unknown) {
  if (error instanceof Interrupted) return { interrupted: true };
  const text = messageOf(error);
  return error instanceof Limited
    ? { problem: { kind: 'rate-limit' as const, text } }
    : { message: `Failed: ${text}` };
}

function banner(root: string): string[] {
  return [
    `${style.accent('✻')} ${style.bold('Tempest demo agent')}`,
    style.dim('  Its edits are real, its thoughts are not. No key, no network.'),
    style.dim(`  ${root}`),
  ];
}

function recall({ prompt, summary }: Conversation['turns'][number]): string[] {
  return [...promptLines(prompt), '', `${style.good('●')} ${summary ?? 'Interrupted'}`];
}

function promptLines(prompt: string): string[] {
  const [first = '', ...more] = prompt.replace(/[^\P{Cc}\n]+/gu, ' ').split('\n');
  return [
    '',
    `${style.dim('>')} ${style.bold(first)}`,
    ...more.map((line) => `  ${style.bold(line)}`),
  ];
}

function titleText(prompt: string): string {
  return Array.from(prompt.split('\n')[0] ?? '')
    .slice(0, 60)
    .join('');
}

function pause(ms: number, cancel: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(new Interrupted());
    };
    if (cancel.aborted) stop();
    else cancel.addEventListener('abort', stop, { once: true });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
