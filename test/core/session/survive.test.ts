// What lives through the death of daemon, terminal host and agents, and comes back.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoTranscript } from '../../../src/core/agents/demo.ts';
import type { Session } from '../../../src/core/session/session.ts';
import type { Client } from '../../../src/rpc/client.ts';
import { processesOf, signal } from '../../support/processes.ts';
import { type Sandbox, sandbox } from '../../support/sandbox.ts';
import { connectIn, create, get, list, screen, untilSession } from '../../support/tempest.ts';
import { until } from '../../support/until.ts';

let box: Sandbox;
let repo: string;
let clients: Client[];
let client: Client;

const connect = async () => {
  const connected = await connectIn(box);
  clients.push(connected);
  return connected;
};
beforeEach(async () => {
  box = await sandbox({ TEMPEST_DEMO_PACE: '5' });
  repo = await box.repo({ files: { 'a.txt': 'one\n' } });
  clients = [];
  client = await connect();
});
afterEach(async () => {
  for (const one of clients) one.close();
  await box.dispose();
});

const alive = (pid: number) => processesOf(box.root).some((one) => one.pid === pid);
async function kill(pid: number | null) {
  if (pid === null) throw new Error('no process to kill');
  process.kill(pid, 'SIGKILL');
  await until(() => !alive(pid), { what: `process ${pid} to be gone` });
}
const members = (session: Session) => processesOf(`TEMPEST_SESSION=${session.id}`);

/** Repeats what it is told, and beats by itself, ten times a second. */
const reader = [
  'sh',
  '-c',
  '(while :; do echo x >> "$TEMPEST_WORKTREE.beats"; sleep 0.1; done) & exec cat',
];
const beats = (session: Session) =>
  existsSync(`${session.worktree}.beats`) ? readFileSync(`${session.worktree}.beats`).length : 0;

/** At once: who looks after it makes anew what is in it. */
function dropFolder(path: string) {
  renameSync(path, `${path}.gone`);
  rmSync(`${path}.gone`, { recursive: true });
}

describe('kill -9 of the daemon', () => {
  it('hazard 19: five busy agents go on; the next daemon shows the same sessions and screens, and what was typed', async () => {
    const made = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => create(client, { repo, name: `work${n}`, command: reader })),
    );
    for (const session of made) {
      await client.request('session/send', {
        session: session.id,
        text: `before ${session.name}`,
        submit: true,
      });
      await until(
        async () => (await screen(client, session.id)).includes(`before ${session.name}`),
        { what: 'the text to be shown' },
      );
    }
    const pids = made.flatMap((session) => members(session).map(({ pid }) => pid)).sort();
    const counted = made.map(beats);
    const { hostPid } = await client.request('daemon/status', {});
    await kill(client.server.pid);
    for (const [index, session] of made.entries()) {
      await until(() => beats(session) > (counted[index] ?? 0) + 5, {
        what: `${session.name} to go on without a daemon`,
      });
    }

    const next = await connect();
    expect(next.server.pid).not.toBe(client.server.pid);
    const found = await list(next);
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    expect(found.sort(byName).map(({ id, name, generation }) => [id, name, generation])).toEqual(
      made.map(({ id, name }) => [id, name, 1]),
    );
    expect(found.every(({ status }) => ['starting', 'working', 'idle'].includes(status))).toBe(
      true,
    );
    expect((await next.request('daemon/status', {})).hostPid).toBe(hostPid);
    for (const session of made) {
      expect(await screen(next, session.id)).toContain(`before ${session.name}`);
      await next.request('session/send', { session: session.id, text: 'after', submit: true });
      await until(async () => (await screen(next, session.id)).split('after').length > 2, {
        what: 'cat to answer',
      });
    }
    const still = made.flatMap((session) => members(session).map(({ pid }) => pid));
    for (const pid of pids)
      if (!still.includes(pid)) expect(alive(pid), `an agent's process ${pid}`).toBe(false);
    expect(made.every((session) => members(session).some(({ command }) => command === 'cat'))).toBe(
      true,
    );
  });

  it('hazard 19: and with the folder of the sockets gone, as at the end of a login, none is taken for dead', async () => {
    const session = await create(client, { repo, name: 'work', command: reader });
    const findCat = () => members(session).find(({ command }) => command === 'cat');
    const cat = await until(findCat, { what: 'the agent' });
    const { hostPid } = await client.request('daemon/status', {});
    dropFolder(box.env.XDG_RUNTIME_DIR ?? '');
    await kill(client.server.pid);
    // Looks for the host until that has seen it, and has made its socket anew.
    const next = await connect();
    expect((await next.request('daemon/status', {})).hostPid).toBe(hostPid);
    expect((await get(next, session.id)).status).not.toBe('exited');
    expect(alive(cat.pid)).toBe(true);
    await next.request('session/send', { session: session.id, text: 'after', submit: true });
    await until(async () => (await screen(next, session.id)).includes('after'), {
      what: 'cat to answer',
    });
    // What is connected stays so, and others come in.
    dropFolder(box.env.XDG_RUNTIME_DIR ?? '');
    const another = await connect();
    expect(another.server.pid).toBe(next.server.pid);
    expect(await get(next, session.id)).toEqual(await get(another, session.id));
  });

  it('hazard 12: an agent that asks still asks after it, and its changes are counted anew', async () => {
    const asking = await client.request('session/create', {
      repo,
      agent: 'demo',
      prompt: 'add a greeting',
    });
    await untilSession(client, asking.id, ({ status }) => status === 'waiting', 'the agent to ask');
    await kill(client.server.pid);
    writeFileSync(join(asking.worktree, 'meanwhile.txt'), 'one\ntwo\nthree\n');
    const { files } = await (async () => {
      const next = await connect();
      expect((await get(next, asking.id)).status).toBe('waiting');
      await expect(
        next.request('session/send', { session: asking.id, text: 'yes' }),
      ).rejects.toMatchObject({ kind: 'wrong-state' });
      await untilSession(
        next,
        asking.id,
        ({ changes }) => (changes?.added ?? 0) > 3,
        'the changes to be counted',
      );
      return await next.request('session/diff', { session: asking.id });
    })();
    expect(files.map(({ path }) => path)).toContain('meanwhile.txt');
  });

  it('sees at its next start what ended while it was away', async () => {
    const session = await create(client, { repo, command: ['sh', '-c', 'read -r line; exit 7'] });
    const attached = await client.request('terminal/attach', { session: session.id });
    expect(attached.ticket).not.toBe('');
    await until(() => members(session).length > 0, { what: 'the program to run' });
    await kill(client.server.pid);
    for (const { pid } of members(session)) signal(pid, 'SIGKILL');
    const next = await connect();
    const ended = await untilSession(
      next,
      session.id,
      ({ status }) => status === 'exited',
      'the session to have exited',
    );
    expect(ended.exit).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

describe('kill -9 of the terminal host', () => {
  it('hazard 28: sessions are exited at once, nothing of them runs on, and they reopen with their conversations', async () => {
    const made = await Promise.all(
      ['one', 'two'].map((name) =>
        client.request('session/create', {
          repo,
          name,
          agent: 'demo',
          prompt: 'add a greeting without asking',
        }),
      ),
    );
    for (const { id } of made)
      await untilSession(client, id, ({ status }) => status === 'idle', 'the turn to be over');
    const stubborn = await create(client, {
      repo,
      name: 'stubborn',
      command: ['sh', '-c', 'trap "" HUP TERM; while :; do sleep 0.1; done'],
    });
    await until(() => members(stubborn).length > 0, { what: 'the stubborn program to run' });

    const { hostPid } = await client.request('daemon/status', {});
    await kill(hostPid);
    for (const { id } of [...made, stubborn])
      await untilSession(
        client,
        id,
        ({ status }) => status === 'exited',
        'the session to have exited',
      );
    await until(() => [...made, stubborn].every((session) => members(session).length === 0), {
      what: 'all of their processes to end',
    });

    for (const { id, conversation } of made) {
      const opened = await client.request('session/open', { session: id });
      expect([opened.generation, opened.conversation]).toEqual([2, conversation]);
      await until(async () => (await screen(client, id)).includes('add a greeting'), {
        what: 'the earlier turn on the screen',
      });
    }
  });
});

describe('an agent that ended', () => {
  it('hazard 14: is exited with its code at once, and its last screen stays', async () => {
    const session = await create(client, {
      repo,
      command: ['sh', '-c', 'echo last words; exit 3'],
    });
    const ended = await untilSession(
      client,
      session.id,
      ({ status }) => status === 'exited',
      'the session to have exited',
    );
    expect(ended.exit).toEqual({ code: 3, signal: null });
    expect(ended.unseen).toBe(true);
    expect(await screen(client, session.id)).toContain('last words');
    expect((await client.request('session/seen', { session: session.id })).unseen).toBe(false);
  });

  it('hazard 12: nothing is typed into what it left behind, nor into a question', async () => {
    const session = await create(client, { repo, command: ['true'] });
    await untilSession(
      client,
      session.id,
      ({ status }) => status === 'exited',
      'the session to have exited',
    );
    await expect(
      client.request('session/send', { session: session.id, text: 'rm -rf .' }),
    ).rejects.toMatchObject({ kind: 'wrong-state' });

    const asking = await client.request('session/create', {
      repo,
      agent: 'demo',
      prompt: 'add a greeting',
    });
    await untilSession(client, asking.id, ({ status }) => status === 'waiting', 'the agent to ask');
    await expect(
      client.request('session/send', { session: asking.id, text: 'yes' }),
    ).rejects.toMatchObject({ kind: 'wrong-state' });
    expect((await get(client, asking.id)).status).toBe('waiting');
  });

  it('hazard 22: is not started again by itself', async () => {
    const session = await create(client, {
      repo,
      command: ['sh', '-c', 'echo x >> "$TEMPEST_WORKTREE.starts"; exit 1'],
    });
    await untilSession(
      client,
      session.id,
      ({ status }) => status === 'exited',
      'the session to have exited',
    );
    await client.request('daemon/stop', {});
    await until(() => !alive(client.server.pid), { what: 'the daemon to stop' });
    const next = await connect();
    expect((await get(next, session.id)).status).toBe('exited');
    expect(readFileSync(`${session.worktree}.starts`, 'utf8')).toBe('x\n');
    await next.request('session/open', { session: session.id });
    await untilSession(
      next,
      session.id,
      ({ status, generation }) => status === 'exited' && generation === 2,
      'the second run to have exited',
    );
    expect(readFileSync(`${session.worktree}.starts`, 'utf8')).toBe('x\nx\n');
  });
});

describe('closing and opening', () => {
  it('resumes the conversation; one that never had a turn starts anew (hazard 20)', async () => {
    const fresh = await client.request('session/create', {
      repo,
      name: 'fresh',
      agent: 'demo',
      prompt: '',
    });
    await client.request('session/close', { session: 'fresh' });
    expect(members(fresh)).toEqual([]);
    const again = await client.request('session/open', { session: 'fresh' });
    expect(again.status).not.toBe('failed');
    await until(async () => members(again).length > 0, { what: 'the agent to run' });

    const talked = await client.request('session/create', {
      repo,
      name: 'talked',
      agent: 'demo',
      prompt: 'add a greeting without asking',
    });
    await untilSession(client, 'talked', ({ status }) => status === 'idle', 'the turn to be over');
    await client.request('session/close', { session: 'talked' });
    const opened = await client.request('session/open', { session: 'talked' });
    expect(opened.conversation).toBe(talked.conversation);
    await until(async () => (await screen(client, 'talked')).includes('add a greeting'), {
      what: 'the earlier turn',
    });
  });

  it('hazard 20: begins a new conversation, without its prompt, where the record of the old one is gone', async () => {
    const prompt = 'add a greeting without asking';
    const old = await client.request('session/create', {
      repo,
      name: 'old',
      agent: 'demo',
      prompt,
    });
    await untilSession(client, 'old', ({ status }) => status === 'idle', 'the turn to be over');
    await client.request('session/close', { session: 'old' });
    const { checkpoints } = await client.request('checkpoint/list', { session: 'old' });
    expect(checkpoints).toMatchObject([{ ending: 'done' }]);
    // Agents delete old ones by themselves.
    rmSync(demoTranscript(old.conversation ?? '', box.env));
    const { conversation, notice } = await client.request('session/open', { session: 'old' });
    expect(conversation).not.toBe(old.conversation);
    expect(notice).toBe('its conversation could not be resumed: this is a new one');
    await untilSession(client, 'old', ({ status }) => status === 'idle', 'the agent to be up');
    expect(await screen(client, 'old')).not.toContain(prompt);
    // The new one is as good as any.
    await client.request('session/send', { session: 'old', text: 'say it louder without asking' });
    await untilSession(client, 'old', ({ activity }) => activity.includes('Done'), 'its turn');
    await client.request('session/close', { session: 'old' });
    const again = await client.request('session/open', { session: 'old' });
    expect(again).toMatchObject({ conversation, notice: '' });
  });

  it('hazards 5 and 13: ends the whole tree, escaped descendants too, before the worktree goes', async () => {
    const program = [
      'sh',
      '-c',
      '(setsid sh -c "trap \\"\\" HUP TERM; while :; do echo x >> escaped.log; sleep 0.05; done" &) ; exec cat',
    ];
    const session = await create(client, { repo, command: program });
    await until(() => existsSync(join(session.worktree, 'escaped.log')), {
      what: 'the escaped process to write',
    });
    const bystander = await create(client, { repo });
    await client.request('session/remove', { session: session.id, force: true });
    expect(members(session)).toEqual([]);
    expect(existsSync(session.worktree)).toBe(false);
    expect(members(bystander).length).toBeGreaterThan(0);
  });

  it('hazard 13: a process that has got the recorded id meanwhile is left alone', async () => {
    const session = await create(client, { repo });
    const file = join(box.places.sessions, `${session.id}.json`);
    const recorded = () => JSON.parse(readFileSync(file, 'utf8'));
    await until(() => recorded().process !== null, { what: 'the process to be recorded' });
    const { hostPid } = await client.request('daemon/status', {});
    await client.request('daemon/stop', {});
    await until(() => !alive(client.server.pid), { what: 'the daemon to stop' });
    await kill(hostPid);
    await until(() => members(session).length === 0, {
      what: 'the agent to end with its terminal',
    });
    // As after a restart of the machine: the number belongs to somebody else now, here to this test.
    const record = recorded();
    expect(record.process.pid).toBeGreaterThan(1);
    record.process.pid = process.pid;
    writeFileSync(file, JSON.stringify(record));
    const next = await connect();
    await untilSession(
      next,
      session.id,
      ({ status }) => status === 'exited',
      'the session to have exited',
    );
    await next.request('session/remove', { session: session.id, force: true });
    expect(process.kill(process.pid, 0)).toBe(true);
  });
});

describe('after the machine was started anew', () => {
  it('agents that can resume are started again, once, with their conversations; commands are not', async () => {
    const demo = await client.request('session/create', {
      repo,
      name: 'demo',
      agent: 'demo',
      prompt: 'add a greeting without asking',
    });
    const command = await create(client, { repo, name: 'command' });
    await untilSession(client, 'demo', ({ status }) => status === 'idle', 'the turn to be over');
    const { hostPid } = await client.request('daemon/status', {});
    await client.request('daemon/stop', {});
    await until(() => !alive(client.server.pid), { what: 'the daemon to stop' });
    await kill(hostPid);
    await until(() => [demo, command].every((one) => members(one).length === 0), {
      what: 'the agents to end',
    });
    for (const { id } of [demo, command]) {
      const file = join(box.places.sessions, `${id}.json`);
      writeFileSync(
        file,
        JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), boot: 'another' }),
      );
    }

    const next = await connect();
    const resumed = await untilSession(
      next,
      'demo',
      ({ generation }) => generation === 2,
      'the agent to be started again',
    );
    expect(resumed.conversation).toBe(demo.conversation);
    await until(async () => (await screen(next, 'demo')).includes('add a greeting'), {
      what: 'the earlier turn',
    });
    await untilSession(
      next,
      'command',
      ({ status }) => status === 'exited',
      'the command to stay exited',
    );
    expect((await get(next, 'command')).generation).toBe(1);
  });
});

describe('after the machine was started anew, an agent that fails', () => {
  it('hazard 22: is not tried again by each daemon that starts', async () => {
    const starts = join(box.root, 'starts');
    const fails = join(box.root, 'fails');
    const script = 'echo x >> "$0"; test ! -e "$1" || exit 1; exec cat';
    const agent = JSON.stringify(['sh', '-c', script, starts, fails, '{conversation}']);
    mkdirSync(join(box.places.config, '..'), { recursive: true });
    writeFileSync(box.places.config, `[agents.mine]\ncommand = ${agent}\nresume = ${agent}\n`);
    const count = () => readFileSync(starts, 'utf8').length / 2;
    const stop = async (of: Client) => {
      await of.request('daemon/stop', {});
      await until(() => !alive(of.server.pid), { what: 'the daemon to stop' });
    };
    const { id } = await client.request('session/create', { repo, name: 'work', agent: 'mine' });
    await until(() => existsSync(starts), { what: 'the first start' });
    const { hostPid } = await client.request('daemon/status', {});
    await stop(client);
    await kill(hostPid);
    const file = join(box.places.sessions, `${id}.json`);
    const record = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...record, boot: 'another' }));
    writeFileSync(fails, '');

    const next = await connect();
    // A conversation that can't be resumed is begun anew, once.
    const isOver = ({ status, generation }: Session) => status === 'exited' && generation === 3;
    const { generation } = await untilSession(next, id, isOver, 'both starts to fail');
    await stop(next);
    const tried = count();
    expect(tried).toBeLessThanOrEqual(3);
    for (const _ of [1, 2, 3]) {
      const another = await connect();
      expect(await get(another, id)).toMatchObject({ status: 'exited', generation });
      await stop(another);
    }
    expect(count()).toBe(tried);
  });
});

it('hazard 19: a daemon that stops has first written down what it knows', async () => {
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    const { id } = await create(client, { repo, name });
    await client.request('daemon/stop', {});
    await until(() => !alive(client.server.pid), { what: 'the daemon to stop' });
    const record = JSON.parse(readFileSync(join(box.places.sessions, `${id}.json`), 'utf8'));
    expect(record).toMatchObject({ task: null, process: { pid: expect.any(Number) } });
    client = await connect();
  }
});

describe('a state folder that can’t be written', () => {
  it('hazard 31: refuses what could not be kept, changes nothing, and goes on when it can again', async () => {
    const session = await create(client, {
      repo,
      name: 'work',
      command: ['sh', '-c', 'read -r line; exit 4'],
    });
    renameSync(box.places.sessions, `${box.places.sessions}.away`);
    const refusals = [
      () => client.request('session/rename', { session: 'work', name: 'other' }),
      () => client.request('session/remove', { session: 'work', force: true }),
      () => create(client, { repo, name: 'second' }),
    ];
    for (const refused of refusals) {
      await expect(refused()).rejects.toMatchObject({
        kind: 'io-failed',
        hint: expect.stringMatching(/./),
      });
    }
    expect((await list(client)).map(({ name }) => name)).toEqual(['work']);
    expect(existsSync(join(session.worktree, 'a.txt'))).toBe(true);
    expect((await box.git(repo, 'worktree', 'list')).split('\n')).toHaveLength(2);
    await client.request('session/send', { session: 'work', text: 'go' });
    await untilSession(client, 'work', ({ status }) => status === 'exited', 'the exit to be seen');

    renameSync(`${box.places.sessions}.away`, box.places.sessions);
    await client.request('session/rename', { session: 'work', name: 'other' });
    expect(client.server.pid).toBe((await client.request('daemon/status', {})).pid);
    const kept = JSON.parse(readFileSync(join(box.places.sessions, `${session.id}.json`), 'utf8'));
    expect(kept).toMatchObject({ name: 'other', status: 'exited', exit: { code: 4 } });
  });
});

it('hazard 31: an agent is ended also where that can not be written down: it may be what fills the disk', async () => {
  const session = await create(client, { repo, name: 'work', command: reader });
  renameSync(box.places.sessions, `${box.places.sessions}.away`);
  const close = () => client.request('session/close', { session: 'work' });
  await expect(close()).rejects.toMatchObject({ kind: 'io-failed' });
  expect(members(session)).toEqual([]);
  await untilSession(client, 'work', ({ status }) => status === 'exited', 'the exit to be seen');
  renameSync(`${box.places.sessions}.away`, box.places.sessions);
  expect((await close()).status).toBe('closed');
});

describe('removing', () => {
  it('refuses without force where the worktree is not there, and it had changes', async () => {
    const { worktree } = await create(client, { repo, name: 'work' });
    writeFileSync(join(worktree, 'a.txt'), 'mine\n');
    await untilSession(client, 'work', ({ changes }) => changes?.files === 1, 'the change');
    renameSync(worktree, `${worktree}-moved`);
    const remove = () => client.request('session/remove', { session: 'work' });
    await expect(remove()).rejects.toMatchObject({ kind: 'unsaved-work' });
    renameSync(`${worktree}-moved`, worktree);
    renameSync(join(worktree, '.git'), join(worktree, 'git'));
    await expect(remove()).rejects.toMatchObject({
      kind: 'wrong-state',
      hint: expect.stringContaining('git worktree repair'),
    });
    await box.git(repo, 'worktree', 'repair');
    await expect(remove()).rejects.toMatchObject({
      kind: 'unsaved-work',
      message: expect.stringContaining('uncommitted'),
    });
  });

  it('tells what is not finished apart from the files', async () => {
    const { worktree } = await create(client, { repo, name: 'work' });
    await box.git(worktree, 'branch', 'theirs');
    writeFileSync(join(worktree, 'a.txt'), 'mine\n');
    await box.git(worktree, 'commit', '-qam', 'mine');
    await box.git(worktree, 'checkout', '-q', 'theirs');
    writeFileSync(join(worktree, 'a.txt'), 'theirs\n');
    await box.git(worktree, 'commit', '-qam', 'theirs');
    await box.git(worktree, 'checkout', '-q', '-');
    await expect(box.git(worktree, 'merge', 'theirs')).rejects.toThrow();
    await expect(client.request('session/remove', { session: 'work' })).rejects.toMatchObject({
      kind: 'unsaved-work',
      message: 'work has 1 uncommitted file, 1 commit on no other branch and an unfinished merge',
    });
  });

  it('refuses without force what is nowhere else, and says what; restores all of it', async () => {
    const session = await create(client, { repo, name: 'work' });
    writeFileSync(join(session.worktree, 'a.txt'), 'two\n');
    mkdirSync(join(session.worktree, 'deep'));
    writeFileSync(join(session.worktree, 'deep/new.txt'), 'new\n');
    await expect(client.request('session/remove', { session: 'work' })).rejects.toMatchObject({
      kind: 'unsaved-work',
      message: expect.stringContaining('2 uncommitted files'),
    });
    expect((await get(client, 'work')).status).not.toBe('closed');
    await client.request('session/remove', { session: 'work', force: true });
    expect(await list(client)).toEqual([]);

    // Meanwhile somebody takes name, branch and folder.
    const other = await create(client, { repo, name: 'work' });
    const back = await client.request('session/restore', { session: session.id });
    expect(back.name).toBe('work-2');
    expect(back.branch).not.toBe(other.branch);
    expect(readFileSync(join(back.worktree, 'deep/new.txt'), 'utf8')).toBe('new\n');
    expect(await box.git(back.worktree, 'status', '--short')).toBe(' M a.txt\n?? deep/');
    expect(await box.git(other.worktree, 'status', '--short')).toBe('');
  });

  it('hazard 34: deletes the folder soon after the last program has left it', async () => {
    const [used, free] = [
      await create(client, { repo, name: 'used' }),
      await create(client, { repo, name: 'free' }),
    ];
    const trash = (session: Session) => join(session.worktree, '..', '.trash', session.id);
    // None of the session's: ended with the test, not with the agent.
    const program = spawn('cat', { cwd: used.worktree, env: { PATH: process.env.PATH } });
    try {
      await client.request('session/remove', { session: 'used', force: true });
      await client.request('session/remove', { session: 'free', force: true });
      await until(() => !existsSync(trash(free)), { what: 'the free folder to be deleted' });
      expect(existsSync(join(trash(used), 'a.txt'))).toBe(true);
    } finally {
      program.stdin.end();
    }
    await until(() => !existsSync(trash(used)), { what: 'the other one to be deleted, too' });
  });

  it('hazard 3: leaves alone what it doesn’t know, beside its worktrees and in git’s list', async () => {
    const session = await create(client, { repo, name: 'work' });
    const stranger = join(session.worktree, '..', 'stranger');
    mkdirSync(stranger);
    writeFileSync(join(stranger, 'precious'), 'x');
    const theirs = join(session.worktree, '..', 'theirs');
    await box.git(repo, 'worktree', 'add', '-q', theirs);
    await client.request('daemon/stop', {});
    await until(() => !alive(client.server.pid), { what: 'the daemon to stop' });
    // Even the record of a live worktree may be lost.
    rmSync(join(box.places.sessions, `${session.id}.json`));
    const next = await connect();
    expect(await list(next)).toEqual([]);
    await next.request('daemon/doctor', { repair: true });
    expect(existsSync(join(stranger, 'precious'))).toBe(true);
    expect(existsSync(join(theirs, 'a.txt'))).toBe(true);
    expect(existsSync(join(session.worktree, 'a.txt'))).toBe(true);
  });
});
