// Sessions as a table for a terminal, and as plain lines for programs.

import { basename } from 'node:path';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Session, Status } from '../../core/session/session.ts';
import type { Colors } from '../colors.ts';
import { age, oneLine, spent } from '../text.ts';

export interface TableStyle {
  colors: Colors;
  /** Of the terminal. */
  columns: number;
  /** Names the repository of each session. */
  repos: boolean;
  /** Ms since 1970. */
  now: number;
}

interface Column {
  head: string;
  cell: (session: Session, style: TableStyle) => string;
  /** Columns with the lowest go first where the terminal is narrow. */
  weight: number;
  /** The widest that it may become. */
  most: number;
  /** Left out while it is empty for all. */
  optional?: true;
}

/** As in Neovim: `icons` of its options. */
const symbols: Record<Status, string> = {
  creating: '◌',
  starting: '◌',
  working: '●',
  waiting: '◆',
  idle: '○',
  exited: '■',
  closed: '□',
  failed: '✗',
};

const columns: Column[] = [
  { head: 'STATUS', cell: statusCell, weight: 9, most: 12 },
  { head: 'NAME', cell: nameCell, weight: 8, most: 32 },
  { head: 'AGE', cell: ({ createdAt }, { now }) => age(createdAt, now), weight: 5, most: 5 },
  { head: 'AGENT', cell: agentName, weight: 4, most: 12 },
  { head: 'BRANCH', cell: ({ branch }) => oneLine(branch), weight: 3, most: 36 },
  { head: '+/-', cell: changesCell, weight: 7, most: 22 },
  { head: 'CHECK', cell: checkCell, weight: 6, most: 10, optional: true },
  { head: 'QUEUE', cell: queueCell, weight: 6, most: 8, optional: true },
  { head: 'TURN', cell: turnCell, weight: 1, most: 16, optional: true },
  { head: 'TOKENS', cell: totalCell, weight: 2, most: 16, optional: true },
];
const repoColumn: Column = { head: 'REPO', cell: repoCell, weight: 6, most: 20 };
const gap = '  ';
/** Narrower than this, a prompt says nothing. */
const leastPrompt = 12;
/** With so much room besides, what a session does is shown, too. */
const leastActivity = 40;

/** Head and one line a session, none wider than the terminal. */
export function sessionTable(sessions: Session[], style: TableStyle): string[] {
  const shown = fitting(style.repos ? [repoColumn, ...columns] : columns, sessions, style);
  const used = shown.reduce((sum, { width }) => sum + width + gap.length, 0);
  const texts = textColumns(sessions, style.columns - used);
  const heads = [...shown, ...texts].map(({ head, width }) => head.padEnd(width));
  const lines = sessions.map((session) => {
    const cells = shown.map(({ cell, width }) => fill(cell(session, style), width));
    const more = texts.map(({ text, width }) => fill(text(session), width));
    return [...cells, ...more].join(gap).trimEnd();
  });
  return [style.colors.dim(heads.join(gap).trimEnd()), ...lines];
}

/** What was asked of a session and, where there is room, what it does about it. */
function textColumns(sessions: Session[], room: number) {
  const prompt = { head: 'PROMPT', text: ({ prompt }: Session) => oneLine(prompt), width: room };
  if (room < leastPrompt) return [];
  const isSilent = sessions.every((session) => activityOf(session) === '');
  if (isSilent || room < leastPrompt + gap.length + leastActivity) return [prompt];
  const width = Math.max(leastPrompt, Math.floor(room / 3));
  const activity = { head: 'ACTIVITY', text: activityOf, width: room - width - gap.length };
  return [{ ...prompt, width }, activity];
}

/** What stopped it, what it asks or does, or what it said last. */
function activityOf({ problem, question, activity }: Session): string {
  return oneLine(problem?.text || activity || question?.text || '');
}

/** Leaves out the least important columns until the rest has room, a prompt's beginning included. */
function fitting(wanted: Column[], sessions: Session[], style: TableStyle) {
  const isEmpty = ({ cell }: Column) => sessions.every((session) => cell(session, style) === '');
  const filled = wanted.filter((column) => !column.optional || !isEmpty(column));
  const measured = filled.map((column) => {
    const widths = sessions.map((session) => stringWidth(column.cell(session, style)));
    return { ...column, width: Math.min(column.most, Math.max(column.head.length, ...widths)) };
  });
  const widthOf = () => measured.reduce((sum, { width }) => sum + width + gap.length, 0);
  while (measured.length > 2 && widthOf() + leastPrompt > style.columns) {
    const least = measured.reduce((a, b) => (b.weight < a.weight ? b : a));
    measured.splice(measured.indexOf(least), 1);
  }
  return measured;
}

function fill(text: string, width: number): string {
  const cut = cliTruncate(text, width);
  return cut + ' '.repeat(Math.max(0, width - stringWidth(cut)));
}

function statusCell({ status, unseen, problem }: Session, { colors }: TableStyle): string {
  if (status === 'idle' && problem) return colors.red('▲ stopped');
  if (status === 'idle' && unseen) return colors.green('◉ done');
  const word = `${symbols[status]} ${status}`;
  if (status === 'waiting') return colors.bold(colors.yellow(word));
  if (status === 'working') return colors.cyan(word);
  if (status === 'failed') return colors.red(word);
  return status === 'closed' || status === 'exited' ? colors.dim(word) : word;
}

/** `!` marks one that asks for no permission, in a column that is always there. */
function nameCell({ name, permissionless }: Session, { colors }: TableStyle): string {
  return (permissionless ? colors.yellow('!') : '') + colors.bold(oneLine(name));
}

function agentName({ agent, command }: Session): string {
  return oneLine(command ? basename(command[0] ?? '') : agent);
}

function repoCell({ repo }: Session): string {
  return oneLine(basename(repo.replace(/\/(\.git|\.bare)$/, '')));
}

/** With what git has begun in it and not ended, which most verbs wait for. */
function changesCell({ changes, unfinished }: Session, { colors }: TableStyle): string {
  const has = changes && changes.files > 0;
  const counts = has
    ? `${colors.green(`+${changes.added}`)} ${colors.red(`-${changes.removed}`)}`
    : '';
  return [counts, unfinished ? colors.yellow(unfinished) : ''].filter(Boolean).join(' ');
}

/** In brackets when the worktree has changed since. */
function checkCell({ check }: Session, { colors }: TableStyle): string {
  if (!check || check.state === 'cancelled') return '';
  if (check.stale) return colors.dim(`(${check.state})`);
  const colour = { passed: colors.green, failed: colors.red, running: colors.cyan }[check.state];
  return colour(check.state);
}

function queueCell({ queued }: Session, { colors }: TableStyle): string {
  if (queued.count === 0) return '';
  return queued.hold ? colors.yellow(`${queued.count} held`) : String(queued.count);
}

/** What the turn in progress, or the last one, took. */
function turnCell({ usage }: Session): string {
  return usage ? spent(usage.turn) : '';
}

/** What the whole session took. */
function totalCell({ usage }: Session): string {
  return usage ? spent(usage.total) : '';
}

/**
 * One line, fields separated by tabs: id, name, status, agent, branch, lines added, lines removed,
 * time of creation (ISO 8601), prompt, `permissionless` if it asks for no permission, the state of its check with
 * ` stale` if the worktree has changed since, what it does, asks or said last, then what its turn took and what all did:
 * tokens, US dollars, tokens, US dollars, each empty where it isn't known; what git has begun in it and not ended. Fields may be added at the end, never moved.
 */
export function plainLine(session: Session): string {
  const { id, name, status, branch, changes, createdAt, prompt, permissionless, check } = session;
  const { turn = null, total = null } = session.usage ?? {};
  return [
    id,
    oneLine(name),
    status,
    agentName(session),
    oneLine(branch),
    changes?.added ?? '',
    changes?.removed ?? '',
    new Date(createdAt).toISOString(),
    oneLine(prompt),
    permissionless ? 'permissionless' : '',
    check ? `${check.state}${check.stale ? ' stale' : ''}` : '',
    activityOf(session),
    ...[turn, total].flatMap((one) => (one ? [one.input + one.output, one.cost ?? ''] : ['', ''])),
    session.unfinished ?? '',
  ].join('\t');
}
