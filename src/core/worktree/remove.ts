// Removing a worktree, step by step: assess, keep, trash, drop the branch, empty the trash.
export { assessWork } from './assess.ts';
export { dropBranch } from './branch.ts';
export { emptyTrash } from './empty-trash.ts';
export { keepWork } from './keep.ts';
export { trashWorktree } from './trash.ts';
export { folderSize } from './usage.ts';
