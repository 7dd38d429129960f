// Attaches its own terminal, for the test of `attach`: OPTIONS as JSON, and the file for the outcome.
import { writeFileSync } from 'node:fs';
import { attach } from '../../src/cli/attach.ts';

const [options = '{}', outcomeFile = ''] = process.argv.slice(2);
const { stdin, stdout } = process;
const outcome = await attach({ ...JSON.parse(options), stdin, stdout }).catch(
  (error: Error) => error.message,
);
writeFileSync(outcomeFile, JSON.stringify({ outcome, raw: stdin.isRaw }));
