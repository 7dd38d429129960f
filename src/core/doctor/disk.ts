// How much room the worktrees of sessions that are at rest take.
import { folderSize } from '../worktree/remove.ts';
import { type Examination, note } from './finding.ts';

/** So many are named. */
const shown = 5;

export const examineDisk: Examination = async ({ deps }) => {
  const resting = deps.table
    .all()
    .filter(({ status, removed }) => !removed && (status === 'closed' || status === 'exited'));
  const sizes = [];
  for (const { name, worktree } of resting) sizes.push({ name, size: await folderSize(worktree) });
  if (sizes.length === 0) return [];
  sizes.sort((a, b) => b.size - a.size);
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  const largest = sizes.slice(0, shown).map(({ name, size }) => `${name} ${formatBytes(size)}`);
  const more = sizes.length > shown ? `, and ${sizes.length - shown} more` : '';
  const text = `Sessions at rest hold ${formatBytes(total)} in their worktrees: ${largest.join(', ')}${more}`;
  return [note(text, '`tempest remove` frees it; what is not merged is kept.')];
};

/** `512 B`, `1.5 MB`: powers of 1024, one digit after the point below ten. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(bytes || 1) / 10)));
  const value = bytes / 1024 ** unit;
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
