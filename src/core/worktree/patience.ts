// Waits for locks that somebody else's git holds for a moment, instead of failing at once.
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. */
const longest = 10_000;

/**
 * What passes by itself: a lock; and a worktree that another git is about to make, whose files it
 * has opened but not yet written.
 */
const transient =
  /\.lock': File exists|Unable to create|cannot lock ref|unable to (append|write)|could not lock config|failed to read .*(commondir|gitdir|HEAD)/i;
const lasting =
  /already exists|exists; cannot create|but expected|Permission denied|Read-only|No space/i;

/** Runs git again, for some seconds, while it fails for something that passes by itself. */
export async function patiently<T extends { code: number; stderr: string }>(
  run: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + longest;
  for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
    const answer = await run();
    const worthwhile = transient.test(answer.stderr) && !lasting.test(answer.stderr);
    if (answer.code === 0 || !worthwhile || performance.now() > deadline || signal?.aborted) {
      return answer;
    }
    // Not all at the same moment again.
    await delay(pause * (0.5 + Math.random()));
  }
}
