// Sessions whose worktree is gone, and worktrees whose session is unknown. Neither is ever deleted.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listCheckpoints } from '../review/checkpoints.ts';
import type { SessionRecord } from '../session/record.ts';
import { branchCommit } from '../worktree/branch.ts';
import { addWorktree } from '../worktree/create.ts';
import { markerOf } from '../worktree/list.ts';
import { trashWorktree } from '../worktree/remove.ts';
import { inspectRepo } from '../worktree/repo.ts';
import { type Examination, type Finding, mendable, problem, type Scene } from './finding.ts';
import { gitFolders, type Registered, registeredWorktrees } from './places.ts';
import { rebuildRecord } from './rebuild.ts';

/** Sessions at rest whose worktree isn't where the record says, or isn't theirs. */
export const examineSessions: Examination = async (scene) => {
  const findings: Finding[] = [];
  for (const record of scene.deps.table.all()) {
    if (record.removed || record.task !== null || record.status === 'creating') continue;
    const finding = await examineSession(scene, record);
    if (finding) findings.push(finding);
  }
  return findings;
};

async function examineSession(scene: Scene, record: SessionRecord): Promise<Finding | null> {
  const { id, name, repo, worktree, branch } = record;
  if (!existsSync(repo)) {
    const text = `The repository of ${name}, ${repo}, is not there`;
    return problem(text, 'Mount its disk, or move it back; then everything is as it was.');
  }
  if (existsSync(worktree)) {
    if ((await markerOf(worktree)) === id) return failureOf(record);
    const text = `${worktree}, the worktree of ${name}, is not connected to its repository`;
    const isLost = !existsSync(join(worktree, '.git'));
    const remedy = isLost
      ? `It has lost its .git. In ${repo}: git worktree repair`
      : `If the repository was moved: git worktree repair ${worktree}`;
    return problem(text, remedy);
  }
  if (!existsSync(dirname(worktree))) {
    const text = `The folder of the worktree of ${name}, ${dirname(worktree)}, is not there`;
    return problem(text, 'Mount its disk, or move it back; then everything is as it was.');
  }
  const text = `The worktree of ${name}, ${worktree}, is gone`;
  const tip = await branchCommit(repo, branch);
  if (!tip) {
    return problem(text, `So is its branch: \`tempest remove --force ${name}\` forgets it.`);
  }
  const last = (await listCheckpoints(repo, id)).at(-1);
  const uncommitted = last
    ? `\`tempest rewind ${name} ${last.number}\` puts its files to what they were at its last checkpoint`
    : 'what was not committed is lost';
  return mendable(scene, {
    problem: text,
    wouldBe: `--repair makes it anew from its branch ${branch}.`,
    done: `Made anew from its branch ${branch}; ${uncommitted}.`,
    mend: () => scene.guard(id, () => remakeWorktree(record, tip)),
  });
}

/** A session that could not be made or started waits for the person: nothing else tells of it again. */
function failureOf({ status, name, reason }: SessionRecord): Finding | null {
  if (status !== 'failed') return null;
  const why = reason.split('\n')[0] || 'nothing is known of why';
  const remedy = `Correct that, then \`tempest open ${name}\`; or \`tempest remove ${name}\`.`;
  return problem(`${name} has failed: ${why}`, remedy);
}

async function remakeWorktree(record: SessionRecord, commit: string): Promise<boolean> {
  const { id, repo: root, worktree: path, branch } = record;
  const repo = await inspectRepo(root);
  if (!repo) return false;
  if (await isLocked(repo.commonDir, id)) return false;
  // Unregisters the one that is gone, and nothing else.
  await trashWorktree({ root, worktree: path, session: id, trash: join(dirname(path), '.trash') });
  await addWorktree({ repo, path, branch, adopt: true, commit, session: id });
  return true;
}

async function isLocked(gitFolder: string, session: string): Promise<boolean> {
  const registered = await registeredWorktrees(gitFolder);
  return registered.some((entry) => entry.session === session && entry.locked);
}

/** Worktrees with the mark of a session that has no record. */
export const examineWorktrees: Examination = async (scene) => {
  const findings: Finding[] = [];
  for (const gitFolder of await gitFolders(scene)) {
    for (const worktree of await registeredWorktrees(gitFolder)) {
      if (scene.deps.table.has(worktree.session)) continue;
      findings.push(await examineUnknown(scene, gitFolder, worktree));
    }
  }
  return findings;
};

async function examineUnknown(
  scene: Scene,
  gitFolder: string,
  { session, path, isThere, locked }: Registered,
): Promise<Finding> {
  if (isThere) {
    return mendable(scene, {
      problem: `${path} belongs to a session, ${session}, that has no record`,
      wouldBe: '--repair makes it a session again.',
      done: 'It is a session again, with all that could be found out about it.',
      mend: () => rebuildRecord(scene, { id: session, worktree: path }),
    });
  }
  const text = `git still lists ${path}, the worktree of a session without a record`;
  if (locked || !existsSync(dirname(path))) {
    return problem(text, 'Mount its disk. If it is gone for good: git worktree prune');
  }
  return mendable(scene, {
    problem: text,
    wouldBe: '--repair takes it off the list.',
    done: 'Taken off the list.',
    async mend() {
      const trash = join(dirname(path), '.trash');
      await trashWorktree({ root: gitFolder, worktree: path, session, trash });
      return true;
    },
  });
}
