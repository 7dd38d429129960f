// The demo without a terminal: the life of three sessions, step by step, each step checked.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findNeovim } from '../neovim.mjs';
import { answer } from './answer.mjs';
import { pickerShows } from './picker.mjs';
import { makePlace } from './place.mjs';
import { projectFiles, prompts } from './project.mjs';
import { expect, runSteps, waitFor } from './steps.mjs';

/** @typedef {import('./place.mjs').Place} Place */
/** @typedef {{ id: string, name: string, status: string, branch: string, worktree: string }} Session */

/** @returns {Promise<boolean>} whether every step passed */
export async function runTour() {
  const place = await makePlace({ TEMPEST_DEMO_PACE: '60' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => place.end().finally(() => process.exit(1)));
  }
  const say = (/** @type {string} */ line) => console.log(line);
  // Told while it is downloaded, not afterwards; where it can't be had, the step that needs it says so.
  await findNeovim({ say }).catch(() => {});
  try {
    return await runSteps([...beginning(place), ...crash(place), ...comingAndGoing(place)]);
  } finally {
    await place.end();
    console.log(`Ended and removed, all of it: ${place.root}`);
  }
}

/** @param {Place} place */
async function list(place) {
  const { sessions } = JSON.parse(await place.tempest('list', '--json'));
  return /** @type {Session[]} */ (sessions.sort(oldestFirst));
}

const oldestFirst = (
  /** @type {{ createdAt: number }} */ a,
  /** @type {{ createdAt: number }} */ b,
) => a.createdAt - b.createdAt;

/** The one that asked for permission. @param {Place} place */
async function firstOf(place) {
  const [session] = await list(place);
  if (!session) throw new Error('there is no session');
  return session;
}

/**
 * @param {Place} place
 * @param {string} status
 */
function untilAll(place, status) {
  const are = (/** @type {Session[]} */ all) => all.every((session) => session.status === status);
  return waitFor(() => list(place), are, `every session to be ${status}`);
}

/**
 * @param {Place} place
 * @returns {import('./steps.mjs').Step[]}
 */
function beginning(place) {
  return [
    {
      name: 'A repository is there, and the first command starts the daemon',
      run: async (tell) => {
        const { pid, hostPid } = JSON.parse(await place.tempest('serve', '--json'));
        expect(pid > 0, 'no daemon');
        tell(`${place.repo}: ${Object.keys(projectFiles).length} files`);
        tell(`daemon ${pid}${hostPid ? `, terminal host ${hostPid}` : ''}`);
      },
    },
    {
      name: 'Three sessions, each in a worktree and on a branch of its own',
      run: async (tell) => {
        for (const prompt of prompts) await place.tempest('new', prompt, '--agent', 'demo');
        const sessions = await list(place);
        expect(sessions.length === prompts.length, `${sessions.length} sessions`);
        expect(new Set(sessions.map((one) => one.worktree)).size === 3, 'a worktree is shared');
        for (const { name, branch } of sessions) tell(`${name} on ${branch}`);
      },
    },
    {
      name: 'Two work through, one asks for permission',
      run: async (tell) => {
        const settled = (/** @type {Session[]} */ all) =>
          all.map((one) => one.status).join() === 'waiting,idle,idle';
        await waitFor(() => list(place), settled, 'one to wait and two to finish');
        for (const { name, status } of await list(place)) tell(`${name}: ${status}`);
      },
    },
    {
      name: 'The picker in Neovim shows all three',
      run: async (tell) => {
        const neovim = await findNeovim({ say: tell });
        const names = (await list(place)).map((one) => one.name);
        tell(`Neovim ${neovim.version}: ${await pickerShows(place, neovim.path, names)}`);
      },
    },
    {
      name: 'It is answered in its terminal, and finishes',
      run: async (tell) => {
        const { name } = await firstOf(place);
        await answer(place, name, { question: /\(y\/n\)/, keys: 'y' });
        await untilAll(place, 'idle');
        tell(await place.tempest('diff', name, '--stat'));
      },
    },
  ];
}

/**
 * @param {Place} place
 * @returns {import('./steps.mjs').Step[]}
 */
function crash(place) {
  return [
    {
      name: 'The daemon is killed; the next command finds the same sessions and screens',
      run: async (tell) => {
        const { name } = await firstOf(place);
        const before = JSON.parse(await place.tempest('serve', '--json'));
        const screen = await place.tempest('screen', name);
        const names = (await list(place)).map((one) => one.name).join();
        process.kill(before.pid, 'SIGKILL');
        expect((await list(place)).map((one) => one.name).join() === names, 'sessions differ');
        expect((await place.tempest('screen', name)) === screen, 'the screen differs');
        const after = JSON.parse(await place.tempest('serve', '--json'));
        expect(after.hostPid === before.hostPid, 'the terminal host is another one');
        tell(`daemon ${before.pid} is now ${after.pid}; terminal host ${after.hostPid} lives on`);
      },
    },
  ];
}

/**
 * @param {Place} place
 * @returns {import('./steps.mjs').Step[]}
 */
function comingAndGoing(place) {
  let patch = '';
  return [
    {
      name: 'Close ends the agent; worktree and branch stay',
      run: async () => {
        const { name, worktree } = await firstOf(place);
        patch = await place.tempest('diff', name);
        await place.tempest('close', name);
        expect((await firstOf(place)).status === 'closed', 'not closed');
        expect(existsSync(join(worktree, '.git')), 'the worktree is gone');
      },
    },
    {
      name: 'Open resumes the conversation',
      run: async () => {
        const { name } = await firstOf(place);
        await place.tempest('open', name);
        const remembers = (/** @type {string} */ screen) => screen.includes(prompts[0] ?? '');
        await waitFor(() => place.tempest('screen', name), remembers, 'the earlier prompt');
      },
    },
    {
      name: 'Remove refuses to drop uncommitted work',
      run: async (tell) => {
        const { name } = await firstOf(place);
        const refusal = await place.tempest('remove', name).then(
          () => '',
          (error) => error.message.split('\n').slice(1).join('\n'),
        );
        expect(refusal, 'it was removed all the same');
        tell(refusal);
      },
    },
    {
      name: 'Remove by force keeps it for 30 days; restore brings back every line',
      run: async (tell) => {
        const { name, worktree } = await firstOf(place);
        tell(await place.tempest('remove', name, '--force'));
        expect(!existsSync(worktree), 'the worktree is still there');
        tell(await place.tempest('restore', name));
        expect((await place.tempest('diff', name)) === patch, 'the restored work differs');
      },
    },
    {
      name: "The person's own checkout was never touched",
      run: async () => {
        expect((await place.git('status', '--porcelain')) === '', 'it has changes');
        expect((await place.git('branch', '--show-current')).trim() === 'main', 'another branch');
      },
    },
  ];
}
