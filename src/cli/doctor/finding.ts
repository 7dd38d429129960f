// What the checks that need no daemon are given.
import type { Finding } from '../../core/doctor/finding.ts';

/** Looks at one thing, and mends it with `repair` where it can. */
export type Check = (scene: Scene) => Promise<Finding[]>;

export interface Scene {
  env: NodeJS.ProcessEnv;
  repair: boolean;
}
