// What removals and broken records leave: trash, kept work whose time is over, records set aside.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from '../git.ts';
import { keptMs } from '../session/remove.ts';
import { adminFolder, markerIn, samePlace } from '../worktree/list.ts';
import { emptyTrash, folderSize } from '../worktree/remove.ts';
import { forgetKept } from '../worktree/restore.ts';
import { trashedAdmins } from '../worktree/trash.ts';
import { formatBytes } from './disk.ts';
import { type Examination, type Finding, mendable, note, problem, type Scene } from './finding.ts';
import { folders, gitFolders, worktreeFolders } from './places.ts';

/** The daemon empties the trash by itself; what lies longer than this does so for a reason. Ms. */
const usualStay = 60 * 60 * 1000;

export const examineTrash: Examination = async (scene) => {
  const findings: Finding[] = [];
  for (const folder of await worktreeFolders(scene)) {
    const trash = join(folder, '.trash');
    for (const name of await folders(trash)) {
      findings.push(await examineTrashed(scene, join(trash, name), name.split('-')[0] ?? ''));
    }
  }
  return findings;
};

async function examineTrashed(scene: Scene, path: string, id: string): Promise<Finding> {
  const { table, now } = scene.deps;
  const text = `${path}, ${formatBytes(await folderSize(path))}, waits in the trash`;
  if (!table.has(id)) {
    const remedy = 'No record says whose it is. Look into it, and delete it if you need nothing.';
    return problem(text, remedy);
  }
  const { name, removed } = table.get(id);
  const onlyNow = note(`${text}: ${name} was removed only now`);
  const isRecent = removed && now() - removed.at < usualStay;
  if (isRecent && !scene.repair) return onlyNow;
  const finding = await mendable(scene, {
    problem: text,
    wouldBe: '--repair deletes it, unless something still works in it.',
    done: `Deleted. The work of ${name} is kept in git as long as it can be restored.`,
    mend: () =>
      scene.guard(id, async () => {
        if (!(await emptyTrash(path))) return false;
        if (table.has(id) && table.get(id).trash === path) await table.update(id, { trash: null });
        return true;
      }),
  });
  // What stays a while has its reason.
  return isRecent && !finding.repaired ? onlyNow : finding;
}

/** Git folders of removed worktrees, which git knows no longer, and nobody else does. Named, never deleted. */
export const examineTrashedAdmins: Examination = async (scene) => {
  const findings: Finding[] = [];
  for (const gitFolder of await gitFolders(scene)) {
    for (const name of await folders(join(gitFolder, trashedAdmins))) {
      const admin = join(gitFolder, trashedAdmins, name);
      if (await isKnown(scene, admin)) continue;
      const text = `${admin}, the git folder of a removed worktree, belongs to no session and no worktree`;
      const remedy = 'Its index has what was staged there. Delete it if you need nothing of that.';
      findings.push(problem(text, remedy));
    }
  }
  return findings;
};

async function isKnown({ deps }: Scene, admin: string): Promise<boolean> {
  const session = await markerIn(admin);
  if (session && deps.table.has(session)) return true;
  const pointer = await readFile(join(admin, 'gitdir'), 'utf8').catch(() => '');
  const owner = pointer && (await adminFolder(dirname(pointer.replace(/\r?\n$/, ''))));
  return owner ? await samePlace(owner, admin) : false;
}

/** Work that is kept for a session that nobody remembers any more. */
export const examineKept: Examination = async (scene) => {
  const findings: Finding[] = [];
  const format = '%(refname:lstrip=3)%00%(committerdate:unix)';
  for (const cwd of await gitFolders(scene)) {
    const refs = await git(['for-each-ref', `--format=${format}`, 'refs/tempest/removed'], { cwd });
    for (const line of refs.split('\n').filter(Boolean)) {
      const [id = '', seconds] = line.split('\0');
      // With a record, the daemon does it in time.
      if (scene.deps.table.has(id)) continue;
      findings.push(await examineRef(scene, cwd, id, Number(seconds) * 1000));
    }
  }
  return findings;
};

async function examineRef(scene: Scene, root: string, id: string, at: number): Promise<Finding> {
  const ref = `refs/tempest/removed/${id}`;
  const text = `${root} keeps the work of a removed session, ${id}, that has no record`;
  if (scene.deps.now() - at <= keptMs) return note(text, `To have it: git branch NAME ${ref}`);
  return mendable(scene, {
    problem: `${text}, for more than 30 days`,
    wouldBe: `--repair forgets it. To have it before: git branch NAME ${ref}`,
    done: 'Forgotten.',
    async mend() {
      await forgetKept(root, id);
      return true;
    },
  });
}

/** Records that could not be read. Once the session is back, the file is of no more use. */
export const examineSetAside: Examination = async ({ deps }) => {
  const folder = deps.places.sessions;
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.includes('.json.unreadable-'))
    .map((file) => {
      const path = join(folder, file);
      const id = file.slice(0, file.indexOf('.json'));
      if (deps.table.has(id)) return note(`${path} could not be read; its session is back since`);
      const remedy = 'If its worktree is there, --repair makes it a session again.';
      return problem(`${path}, a session's record, could not be read and was set aside`, remedy);
    });
};
