// Attaches its own terminal, for the test of `attach`: OPTIONS as JSON, and the file for the outcome.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { attach } from '../../src/cli/attach.ts';

const [options = '{}', outcomeFile = ''] = process.argv.slice(2);
const { stdout } = process;
const outcome = await attach({ ...JSON.parse(options), stdout }).catch(
  (error: Error) => error.message,
);
// The terminal itself is asked: it stays as it is after the end.
const modes = execFileSync('stty', ['-a'], { stdio: ['inherit', 'pipe', 'inherit'] }).toString();
writeFileSync(outcomeFile, JSON.stringify({ outcome, raw: modes.includes('-icanon') }));
