// An agent for tests: writes down exactly what it was given, byte for byte, and stays.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sandbox } from '../../support/sandbox.ts';
import { until } from '../../support/until.ts';

const program = `
const { writeFileSync, renameSync, appendFileSync } = require('node:fs');
const [out, ...args] = process.argv.slice(2);
const to = out + '/' + process.env.TEMPEST_SESSION;
writeFileSync(to + '.new', JSON.stringify({ args, env: process.env, pid: process.pid }));
renameSync(to + '.new', to + '.json');
if (process.stdin.isTTY) process.stdin.setRawMode(true);
process.stdout.write('\\x1b[?2004h\\x1b]0;witness\\x07I am ready\\r\\n');
process.stdin.on('data', (bytes) => {
  appendFileSync(to + '.typed', bytes);
  process.stdout.write(bytes.toString().replace(/\\x1b\\[20[01]~/g, '').replace(/\\r/g, '\\r\\n'));
  if (bytes.includes(4)) process.exit(0);
});
`;

export interface Witness {
  /** The program and its first argument, for `-- COMMAND…`. */
  command: string[];
  /** What the agent of the session with this id was started with. */
  started(id: string): Promise<{ args: string[]; env: Record<string, string>; pid: number }>;
  /** What was typed into it so far. */
  typed(id: string): string;
}

/** Makes the agent, and configures it as the default agent `witness` of the sandbox. */
export function witness(box: Sandbox): Witness {
  const out = join(box.root, 'witness');
  const file = join(out, 'agent.cjs');
  mkdirSync(out, { recursive: true });
  writeFileSync(file, program);
  const command = [process.execPath, file, out];
  mkdirSync(dirname(box.places.config), { recursive: true });
  writeFileSync(
    box.places.config,
    `agent = "witness"\n[agents.witness]\ncommand = ${JSON.stringify(command)}\nprompt = "argument"\n`,
  );
  return {
    command,
    started: (id) =>
      until(() => JSON.parse(readFileSync(join(out, `${id}.json`), 'utf8')), {
        what: `the agent of ${id} to start`,
      }),
    typed(id) {
      try {
        return readFileSync(join(out, `${id}.typed`), 'utf8');
      } catch {
        return '';
      }
    },
  };
}
