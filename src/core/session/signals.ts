// What a terminal signal says about the agent behind it.
import type { TerminalSignals } from '../../terminal/protocol.ts';
import type { Agent, Reading } from '../agents/agent.ts';

/** What says at any time whether a turn is in progress; the more precise come first. */
export const levelSources = ['prompt', 'progress', 'title', 'screen'] as const;
export type LevelSource = (typeof levelSources)[number];

export type Heard =
  /** The program is in this state until it says otherwise. */
  | {
      kind: 'level';
      source: LevelSource;
      means: 'working' | 'waiting' | 'idle';
      /** Differs where a source has several ways to say the same: a paused bar is a busy one, too. */
      state: string;
      activity: string;
      at: number | null;
    }
  /** It asks the person something. */
  | { kind: 'question'; text: string; at: number }
  /** It wants to be looked at, and doesn't say why. */
  | { kind: 'attention'; text: string; at: number }
  /** It wrote something. */
  | { kind: 'output' };

/** Reads the one signal that changed; null when it says nothing about the status. */
export function hear(
  changed: keyof TerminalSignals,
  signals: TerminalSignals,
  agent: Pick<Agent, 'readTitle' | 'readNotification' | 'ignores'>,
): Heard | null {
  const { notification, progress, prompt, bell, outputAt } = signals;
  switch (changed) {
    case 'progress': {
      if (!progress) return null;
      // ConEmu's OSC 9;4: 1-4 are ways of being at work, 0 removes the bar.
      const means = progress.state === 0 ? 'idle' : 'working';
      const state = String(progress.state);
      return { kind: 'level', source: 'progress', means, state, activity: '', at: progress.at };
    }
    case 'prompt': {
      if (!prompt || agent.ignores?.includes('prompt')) return null;
      // FinalTerm's OSC 133: C is a command's start, D its end, A and B the prompt.
      const means = prompt.mark === 'C' ? 'working' : 'idle';
      return { kind: 'level', source: 'prompt', means, state: means, activity: '', at: prompt.at };
    }
    case 'title': {
      const { status: means, activity } = agent.readTitle?.(signals.title) ?? saysNothing;
      if (means === null) return null;
      const text = oneLine(activity);
      return { kind: 'level', source: 'title', means, state: means, activity: text, at: null };
    }
    case 'notification': {
      if (!notification) return null;
      const { status, activity } = (agent.readNotification ?? readNotification)(notification.text);
      const kind = status === 'waiting' ? 'question' : 'attention';
      return { kind, text: oneLine(activity), at: notification.at };
    }
    case 'bell':
      return bell && { kind: 'attention', text: '', at: bell.at };
    case 'outputAt':
      return outputAt === null ? null : { kind: 'output' };
  }
}

const saysNothing: Reading = { status: null, activity: '' };

const questions = [
  /^(permission|approval|confirmation|input|answer) (is )?(requested|required|needed)\b/i,
  /^.{0,40}\b(needs|wants|requests|requires) (your )?(permission|approval|confirmation|answer|input)\b/i,
  /^.{0,40}\b(asks|is asking) (for|you)\b/i,
  /[([]y(es)?\/no?[)\]]$/i,
];

/**
 * A notification of any program. Many send the last words of their answer, which may speak of anything,
 * so that only what plainly asks is a question.
 */
export function readNotification(text: string): Reading {
  const line = oneLine(text);
  const asks = questions.some((pattern) => pattern.test(line));
  return { status: asks ? 'waiting' : null, activity: line };
}

const longestLine = 200;

/** For a list: one line, no control characters, of a bounded length. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const characters = Array.from(line.slice(0, 4 * longestLine));
  return characters.length <= longestLine
    ? characters.join('')
    : `${characters.slice(0, longestLine - 1).join('')}…`;
}
