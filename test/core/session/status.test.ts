// Evidence to status, rule by rule.
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../src/core/agents/agent.ts';
import { claudeAgent } from '../../../src/core/agents/claude.ts';
import { codexAgent } from '../../../src/core/agents/codex.ts';
import { commandAgent } from '../../../src/core/agents/custom.ts';
import type { AgentEvent } from '../../../src/core/agents/event.ts';
import { geminiAgent } from '../../../src/core/agents/gemini.ts';
import { dueIn, restMs } from '../../../src/core/session/overdue.ts';
import type { Status } from '../../../src/core/session/session.ts';
import { type Evidence, nextStatus, statusOf } from '../../../src/core/session/status.ts';
import { bell, exited, fresh, mark, notify, output, progress, title } from './evidence.ts';

/** As where a person has switched its hooks off: its terminal is all there is. */
const silent = ({ readEvent: _, ...agent }: Agent) => agent;
const claude = silent(claudeAgent());
const codex = silent(codexAgent());
const started = (prompted = false, generation = 1): Evidence => ({
  kind: 'started',
  generation,
  prompted,
});
const submitted = (text = 'go on'): Evidence => ({ kind: 'submitted', generation: 1, text });
const shows = (status: 'working' | 'waiting' | 'idle', at = 20): Evidence => {
  return { kind: 'screen', generation: 1, at, reading: { status, activity: '' } };
};
const looked: Evidence = { kind: 'looked' };

type Row = [story: string, evidence: Evidence[], status: Status, unseen: boolean];

/** Evidence comes 10 ms apart, the first at 10. */
function judge(evidence: Evidence[], agent: Parameters<typeof nextStatus>[3] = {}) {
  return evidence.reduce(
    (state, one, index) => nextStatus(state, one, 10 * index + 10, agent),
    fresh,
  );
}

const table: Row[] = [
  ['an agent without a prompt is starting', [started()], 'starting', false],
  ['its first output says that it is up', [started(), output(20)], 'idle', false],
  ['hazard 16: a prompt on the command line is a turn at once', [started(true)], 'working', false],
  [
    'hazard 16: being at rest before that turn began is no news',
    [started(true), progress(0, 20), mark('A', 30), output(40)],
    'working',
    false,
  ],
  [
    'progress over means the turn is over',
    [started(true), progress(3, 20), progress(0, 30)],
    'idle',
    true,
  ],
  ['an error bar is still a turn in progress', [started(), progress(2, 20)], 'working', false],
  ['OSC 133 C is a turn, D its end', [started(), mark('C', 20), mark('D', 30)], 'idle', true],
  [
    'a more precise source beats a bar that ends early',
    [started(), mark('C', 20), progress(1, 30), progress(0, 40)],
    'working',
    false,
  ],
  ['the person looked', [started(true), progress(3, 20), progress(0, 30), looked], 'idle', false],
  [
    'hazard 15: output that stops says nothing',
    [started(true), progress(3, 20), output(30), output(90_000)],
    'working',
    false,
  ],
  [
    'hazard 17: a permission question is no end of a turn',
    [started(true), progress(3, 20), notify('Permission required: run npm test', 30)],
    'waiting',
    true,
  ],
  [
    'a spinner that goes on turning does not answer the question',
    [started(true), progress(3, 20), notify('Run "npm test"? (y/n)', 30), progress(3, 40, 50)],
    'waiting',
    true,
  ],
  [
    'work that goes on after a paused bar does',
    [
      started(true),
      progress(3, 20),
      progress(4, 30),
      notify('Approval needed', 40),
      progress(3, 50),
    ],
    'working',
    false,
  ],
  [
    'hazard 17: a late notice of the last turn does not end this one',
    [started(), progress(3, 20), progress(0, 30), submitted(), progress(3, 50), notify('Done', 60)],
    'working',
    false,
  ],
  [
    'hazard 15: what was noticed before the prompt was submitted is of another turn',
    [started(), output(20), submitted(), notify('Done', 25), bell(28)],
    'working',
    false,
  ],
  [
    'hazard 14: a turn that ends at once, as after Escape, has ended',
    [started(), output(20), submitted(), progress(3, 40), progress(0, 41)],
    'idle',
    true,
  ],
  [
    'a prompt queued during a turn is no reason to miss its end',
    [started(true), progress(3, 20), submitted(), progress(0, 50)],
    'idle',
    true,
  ],
  [
    "an agent's own command is no turn",
    [started(), output(20), submitted('/clear')],
    'idle',
    false,
  ],
  ['a bell is the end where nothing else speaks', [started(true), bell(20)], 'idle', true],
  [
    'a bell after a turn that the person began in the terminal',
    [started(), output(20), looked, bell(40)],
    'idle',
    true,
  ],
  ['a bell in a turn is no end of it', [started(), progress(3, 20), bell(30)], 'working', false],
  [
    'words about permissions in an answer are no question',
    [started(true), notify('I fixed the permission check. Shall I commit?', 20)],
    'idle',
    true,
  ],
  [
    'what a screen shows while it is still being built up is no turn',
    [started(), shows('working')],
    'starting',
    false,
  ],
  [
    'a question on the screen waits, and is answered when it has gone',
    [started(), shows('idle'), submitted(), shows('waiting', 35), shows('working', 45)],
    'working',
    false,
  ],
  [
    'an empty input line after a prompt was submitted is the end of its turn',
    [started(), shows('idle'), submitted(), shows('idle', 35)],
    'idle',
    true,
  ],
  [
    'a screen that was read before the prompt was submitted says nothing of its turn',
    [started(), shows('idle'), submitted(), shows('idle', 25)],
    'working',
    false,
  ],
  [
    'hazard 15: a bell says nothing where a prompt is yet to be typed',
    [{ kind: 'started', generation: 1, prompted: true, typed: true }, shows('idle'), bell(30)],
    'working',
    false,
  ],
  ['an exit is known at once', [started(true), progress(3, 20), exited(1, 3)], 'exited', true],
  [
    'nothing follows an exit',
    [started(true), exited(1, 0), progress(3, 30), notify('Approval needed', 40), submitted()],
    'exited',
    true,
  ],
  [
    'hazard 18: an older generation says nothing',
    [started(), started(true, 2), exited(1, 0), progress(0, 40, 0, 1)],
    'working',
    false,
  ],
  ['a new start follows an exit', [started(), exited(1, 0), started(false, 2)], 'starting', false],
];

describe('status', () => {
  it.each(table)('%s', (_story, evidence, status, unseen) => {
    expect(judge(evidence)).toMatchObject({ status, unseen });
  });

  it('hazard 12: says where nothing but a bell or some output tells that it rests', () => {
    const ended = (...evidence: Evidence[]) => judge(evidence).ended;
    expect(ended(started(true), bell(20))).toBe('unclear');
    expect(ended(started(true), notify('Done', 20))).toBe('unclear');
    expect(ended(started(), output(20))).toBe('unclear');
    expect(ended(started(true), progress(3, 20), progress(0, 30))).toBe('done');
    expect(ended(started(), shows('idle'), submitted(), bell(35), shows('idle', 40))).toBe('done');
  });

  it('a shell works when its terminal says so, not for being sent a line; a script does', () => {
    const shell = commandAgent(['/bin/bash', '--norc', '-i']);
    const up = [started(), output(20), submitted('make')];
    expect(judge(up, shell).status).toBe('idle');
    expect(judge([...up, mark('C', 35)], shell).status).toBe('working');
    expect(judge([...up, mark('C', 35), mark('D', 45)], shell).status).toBe('idle');
    for (const command of [
      ['bash', '-lc', 'agent'],
      ['fish', '--command', 'x'],
      ['sh', 'x.sh'],
      ['agent'],
    ]) {
      expect(judge(up, commandAgent(command)).status, command.join(' ')).toBe('working');
    }
  });

  it('hazard 31: hears questions and bells after the clock was set back by an hour', () => {
    const hour = 3_600_000;
    const story: [at: number, evidence: Evidence][] = [
      [hour, { kind: 'started', generation: 1, prompted: false, at: hour }],
      [hour + 10, { kind: 'submitted', generation: 1, text: 'go on' }],
    ];
    const heardLater = (evidence: Evidence, agent = {}) =>
      nextStatus(
        story.reduce((state, [at, one]) => nextStatus(state, one, at, agent), fresh),
        evidence,
        50,
        agent,
      ).status;
    expect(heardLater(notify('Permission required: run npm test', 40))).toBe('waiting');
    expect(heardLater(bell(40))).toBe('idle');
    expect(heardLater(mark('D', 40))).toBe('working');
    expect(heardLater(shows('waiting', 40))).toBe('waiting');
  });

  it('tells how it ended', () => {
    expect(judge([started(), exited(1, 3)])).toMatchObject({
      reason: 'ended with code 3',
      exit: { code: 3, signal: null },
    });
    expect(judge([started(), exited(1, null, 'SIGKILL')]).reason).toBe('ended by SIGKILL');
  });

  it('says in one line what the agent does or asks', () => {
    const state = judge([started(true), title('◐ Fix  the\nlogin')], claude);
    expect(state.activity).toBe('Fix the login');
    const asks = notify(`Claude needs your permission to use ${'x'.repeat(500)}`, 30);
    const { activity } = nextStatus(state, asks, 30, claude);
    expect(Array.from(activity)).toHaveLength(200);
  });

  it('gives the same state when nothing changed', () => {
    const state = judge([started(true), title('◐ Fix it')], claude);
    expect(nextStatus(state, title('◑ Fix it'), 99, claude)).toBe(state);
  });
});

describe("claude's signals, as recorded", () => {
  it('shows a first turn from the beginning to the permission question and its end', () => {
    const seen = follow(claude, [
      started(true),
      title('✳ Claude Code'),
      title('◐ Claude Code'),
      title('✳ Claude Code'),
      notify('Claude needs your permission', 50),
      title('◐ Claude Code'),
      title('✳ Claude Code'),
      notify('Claude is waiting for your input', 80),
    ]);
    expect(seen).toEqual([
      'working',
      'working',
      'working',
      'idle',
      'waiting',
      'working',
      'idle',
      'idle',
    ]);
  });
});

describe("codex' signals, as recorded", () => {
  it('shows a question at once, and that it was answered', () => {
    const seen = follow(codex, [
      started(true),
      title('wt1'),
      title('⠋ wt1'),
      notify('Approval requested: touch hello', 40),
      title('⠙ wt1'),
      title('[ ! ] Action Required | wt1'),
      title('[ . ] Action Required | A small task | wt1'),
      title('⠙ A small task | wt1'),
      title('A small task | wt1'),
      notify('All done. Shall I ask for permission to push?', 100),
    ]);
    expect(seen).toEqual([
      'working',
      'working',
      'working',
      'waiting',
      'waiting',
      'waiting',
      'waiting',
      'working',
      'idle',
      'idle',
    ]);
  });
});

describe('an agent that can speak, before its first word', () => {
  it('hazards 15, 16: is at work, whatever its title says for a moment', () => {
    const seen = follow(codexAgent(), [
      started(true),
      title('wt1'),
      title('⠋ wt1'),
      title('wt1'),
      notify('All done.', 50),
      title('⠋ wt1'),
    ]);
    expect(seen).toEqual(Array(6).fill('working'));
  });

  it('hazard 31: is idle after that while, though the clock was set back meanwhile', () => {
    const hour = 3_600_000;
    const story = [started(true), title('⠋ wt1'), title('wt1')];
    const rests = story.reduce(
      (state, one, index) => nextStatus(state, one, hour + 10 * index, codexAgent()),
      fresh,
    );
    expect(dueIn(rests, codexAgent(), 20)).toBe(restMs);
    const due = { kind: 'due', generation: 1 } as const;
    expect(nextStatus(rests, due, 20 + restMs, codexAgent()).status).toBe('idle');
  });

  it('is idle when its title has been at rest for a while', () => {
    const rests = judge([started(true), title('⠋ wt1'), title('wt1')], codexAgent());
    const due = { kind: 'due', generation: 1 } as const;
    expect(nextStatus(rests, due, 30 + restMs - 1, codexAgent()).status).toBe('working');
    expect(nextStatus(rests, due, 30 + restMs, codexAgent()).status).toBe('idle');
  });
});

describe('an agent that says when it is up, and may ask before', () => {
  const claude = claudeAgent();
  const asks = claude.readScreen?.(' Accessing workspace:\n ❯ 1. Yes, I trust this folder\n');
  const screen = { kind: 'screen', generation: 1, at: 20, reading: asks } as Evidence;
  const up = (at: number): Evidence => ({
    kind: 'event',
    generation: 1,
    event: { kind: 'ready', at },
  });

  it.each([
    [false, 'starting', 'idle'],
    [true, 'working', 'working'],
  ] as const)('waits with its question until that is answered, prompted: %s', (prompted, ...is) => {
    const seen = follow(claude, [started(prompted), output(15), screen, output(35), up(45)]);
    expect(seen).toEqual([is[0], is[0], 'waiting', 'waiting', is[1]]);
    const { activity } = [started(prompted), screen].reduce(
      (state, one) => nextStatus(state, one, 20, claude),
      fresh,
    );
    expect(activity).toBe('asks whether you trust this folder');
  });

  it('is to be looked at where it says nothing for long', () => {
    const due = { kind: 'due', generation: 1 } as const;
    const begun = nextStatus(fresh, started(), 10, claude);
    const later = nextStatus(nextStatus(begun, output(20), 20, claude), due, 20_010, claude);
    expect(later).toMatchObject({ status: 'waiting', unseen: true });
    expect(nextStatus(later, up(20_020), 20_020, claude).status).toBe('idle');
  });
});

describe('after a restart of the daemon', () => {
  const record = { ...fresh, generation: 1, statusAt: 1000 };
  const returning = (status: Status, evidence: Evidence[]) =>
    evidence.reduce(
      (state, one) => nextStatus(state, one, 2000, claude),
      statusOf({ ...record, status }),
    );

  it('a question still stands', () => {
    const heard = [title('✳ Claude Code'), notify('Claude needs your permission', 900)];
    expect(returning('waiting', heard).status).toBe('waiting');
  });

  it('hazard 12: a spinner in a title that was set before does not answer a question', () => {
    const missed = { ...title('⠐ Fix the login'), missed: true } as Evidence;
    const heard = [missed, notify('Claude needs your permission', 900)];
    expect(returning('waiting', heard).status).toBe('waiting');
    expect(returning('waiting', [...heard, title('⠂ Fix the login')]).status).toBe('waiting');
    expect(returning('waiting', [...heard, title('✳ Fix the login')]).status).toBe('idle');
    expect(returning('idle', [missed]).status).toBe('working');
  });

  it('the end of a turn that nobody heard is seen', () => {
    expect(returning('working', [title('✳ Claude Code')]).status).toBe('idle');
    expect(returning('working', [progress(0, 1500)]).status).toBe('idle');
  });

  it('hazard 15: what was judged before is not judged again', () => {
    const heard = [progress(0, 900), notify('Done', 950), bell(960)];
    expect(returning('working', heard).status).toBe('working');
    expect(returning('idle', [title('✳ Claude Code'), bell(960)]).unseen).toBe(false);
  });
});

function follow(agent: Parameters<typeof nextStatus>[3], evidence: Evidence[]): Status[] {
  let state = fresh;
  return evidence.map((one, index) => {
    state = nextStatus(state, one, 10 * index + 10, agent);
    return state.status;
  });
}

describe('an agent that tells of one question twice, in its terminal and by an event', () => {
  const question = { id: 'q1', tool: 'Run', text: 'npm test' };
  const asked = { kind: 'asked', question, at: 30 } as const;
  const event: Evidence = { kind: 'event', generation: 1, event: asked };
  const terminal = [progress(4, 30), notify('Permission requested: npm test', 30)];
  const judge = (evidence: Evidence[]) =>
    evidence.reduce((state, one, index) => nextStatus(state, one, 10 * index + 10, {}), fresh);

  it.each([
    ['the event first', [event, ...terminal]],
    ['the terminal first', [...terminal, event]],
  ])('waits with that question, which is one change: %s', (_name, told) => {
    const begun = [started(true), progress(3, 15)];
    const first = judge([...begun, ...told.slice(0, told.indexOf(event) === 0 ? 1 : 2)]);
    const last = judge([...begun, ...told]);
    expect(last).toMatchObject({ status: 'waiting', question, unseen: true });
    expect(last.statusAt).toBe(first.statusAt);
  });
});

describe('an agent of which only the record of its conversation tells more than its terminal', () => {
  const gemini = geminiAgent();
  const works = title('✦  Working… (work)');
  const rests = title('◇  Ready (work)');
  const event = (said: AgentEvent): Evidence => ({ kind: 'event', generation: 1, event: said });
  const problem = { kind: 'api-error', text: 'out of order' } as const;
  const judged = (...evidence: Evidence[]) => judge(evidence, gemini);
  const begun = [started(true), works, event({ kind: 'turn-started', at: 25 })];

  it('is done when its title rests, at once', () => {
    expect(judged(...begun, rests)).toMatchObject({ status: 'idle', ended: 'done' });
  });

  it('has the problem that its record tells, whichever comes first', () => {
    const failed = event({ kind: 'turn-ended', at: 40, problem });
    const expected = { status: 'idle', problem, unseen: true };
    expect(judged(...begun, failed, rests)).toMatchObject(expected);
    const late = judged(...begun, rests, failed);
    expect(late).toMatchObject(expected);
    // Also when all of it is read again, with what came after it.
    const next = event({ kind: 'turn-started', at: 45 });
    const again = [started(false), rests, begun[2] as Evidence, failed, next];
    expect(judged(...again)).toMatchObject({ status: 'idle', problem: null });
  });

  it('is no news when it was interrupted, whichever comes first', () => {
    const cut = event({ kind: 'turn-ended', at: 40, interrupted: true });
    const expected = { status: 'idle', ended: 'interrupted', unseen: false };
    expect(judged(...begun, cut, rests)).toMatchObject(expected);
    expect(judged(...begun, rests, cut)).toMatchObject(expected);
  });
});
