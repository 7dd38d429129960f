// Whether the system still has file watches to give.
import { watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { problem } from '../../core/doctor/finding.ts';
import type { Check } from './finding.ts';

const settings: Record<string, string> = {
  ENOSPC: 'fs.inotify.max_user_watches',
  EMFILE: 'fs.inotify.max_user_instances',
};

export const checkWatches: Check = async () => {
  try {
    watch(tmpdir()).close();
    return [];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const setting = settings[code];
    const remedy = setting
      ? `Raise ${setting} with sysctl, or close programs that watch many files.`
      : 'Changes are noticed late without them.';
    return [problem(`Files can't be watched (${code})`, remedy)];
  }
};
