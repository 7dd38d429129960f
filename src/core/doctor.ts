// The doctor: finds what a crash can leave, and mends it when asked to. It deletes nothing for being unknown.
import { examineConfig } from './doctor/config.ts';
import { examineDisk } from './doctor/disk.ts';
import type { Examination, Finding, Scene } from './doctor/finding.ts';
import {
  examineKept,
  examineSetAside,
  examineTrash,
  examineTrashedAdmins,
} from './doctor/leftovers.ts';
import { examineProcesses, examineTerminals } from './doctor/processes.ts';
import { examineSessions, examineWorktrees } from './doctor/worktrees.ts';

/** Sessions come back first: what then still belongs to nobody is a leftover. */
const examinations: Examination[] = [
  examineWorktrees,
  examineSessions,
  examineSetAside,
  examineTerminals,
  examineProcesses,
  examineTrash,
  examineTrashedAdmins,
  examineKept,
  examineDisk,
  examineConfig,
];

/** What is wrong, each with what was done about it, or would be with `repair`. */
export async function examine(scene: Scene): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const look of examinations) findings.push(...(await look(scene)));
  return findings;
}
