// A daemon that is ended with SIGKILL after its n-th step: after a git that changed something, or a file that was put in its place.
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';

export interface Deadly {
  /** For the daemon that is to die. */
  env: { PATH: string; NODE_OPTIONS: string };
  /** From now on: `pid` is ended after so many more steps. */
  arm(pid: number, steps: number): void;
  /** Whether it has struck. */
  struck(): boolean;
  disarm(): void;
}

interface Files {
  armed: string;
  count: string;
  struck: string;
}

/** Steps that are taken side by side are counted as they end: each adds one byte to a file. */
export function deadly(box: Sandbox, git: string): Deadly {
  const folder = join(box.root, 'deadly');
  const at = (name: string) => join(folder, name);
  const files = { armed: at('armed'), count: at('count'), struck: at('struck') };
  mkdirSync(folder, { recursive: true });
  writeFileSync(at('git'), deadlyGit(git, files));
  chmodSync(at('git'), 0o755);
  writeFileSync(at('rename.mjs'), deadlyRename(box, files));
  return {
    env: {
      PATH: `${folder}${delimiter}${box.env.PATH}`,
      NODE_OPTIONS: `--import ${at('rename.mjs')}`,
    },
    arm(pid, steps) {
      for (const file of [files.count, files.struck]) rmSync(file, { force: true });
      writeFileSync(files.armed, `${pid} ${steps}\n`);
    },
    struck: () => existsSync(files.struck),
    disarm: () => rmSync(files.armed, { force: true }),
  };
}

/**
 * What changes a ref, an index, a file or a list of worktrees is a step. A private index is nobody's work, unless files go
 * along with it; the rest only looks, or makes objects that nothing names yet.
 */
function deadlyGit(git: string, { armed, count, struck }: Files): string {
  return `#!/bin/sh
writes() {
  while :; do
    case "$1" in
      -c | -C) shift 2 ;;
      -*) shift ;;
      *) break ;;
    esac
  done
  case "$1:$2" in
    worktree:list) return 1 ;;
    branch:* | checkout:* | commit:* | merge:* | rebase:* | reset:* | symbolic-ref:* | update-ref:* | worktree:*) return 0 ;;
    add:* | read-tree:* | update-index:*) ;;
    *) return 1 ;;
  esac
  case " $* " in
    *' -u '*) return 0 ;;
    *' --refresh '*) return 1 ;;
  esac
  [ -z "$GIT_INDEX_FILE" ]
}
'${git}' "$@"
code=$?
if [ -f '${armed}' ] && writes "$@"; then
  read -r pid most < '${armed}'
  printf x >> '${count}'
  if [ "$(wc -c < '${count}')" -ge "$most" ]; then : > '${struck}'; kill -9 "$pid"; fi
fi
exit $code
`;
}

/** Records are written, and worktrees go to the trash, by a rename. What is only scratch is no step. */
function deadlyRename(box: Sandbox, { armed, count, struck }: Files): string {
  return `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { rename } = fs.promises;
fs.promises.rename = async (from, to) => {
  await rename(from, to);
  if (\`\${to}\`.startsWith(${JSON.stringify(box.places.scratch)}) || !fs.existsSync('${armed}')) return;
  const [pid, most] = fs.readFileSync('${armed}', 'utf8').split(' ').map(Number);
  if (pid !== process.pid) return;
  fs.appendFileSync('${count}', 'x');
  if (fs.statSync('${count}').size < most) return;
  fs.writeFileSync('${struck}', '');
  process.kill(pid, 'SIGKILL');
};
syncBuiltinESMExports();
`;
}
