// `tempest doctor`

import type { Finding } from '../../core/doctor/finding.ts';
import { note, problem } from '../../core/doctor/finding.ts';
import { version } from '../../core/version.ts';
import { askYesNo } from '../ask.ts';
import { colorsFor } from '../colors.ts';
import { type Context, type Handler, isInteractive, printJson } from '../context.ts';
import { connectDaemon } from '../daemon.ts';
import type { Check } from '../doctor/finding.ts';
import { checkHome, checkRuntimeFolder, checkState } from '../doctor/folders.ts';
import { checkGit, checkNode, gitVersion } from '../doctor/programs.ts';
import { checkSockets } from '../doctor/sockets.ts';
import { checkWatches } from '../doctor/watches.ts';
import { Exit, exitCodes, failureOf } from '../failure.ts';
import { oneLine } from '../text.ts';

/** In this order: what is mended first may be what the later ones trip over. */
const checks: Check[] = [
  checkNode,
  checkGit,
  checkHome,
  checkState,
  checkWatches,
  checkRuntimeFolder,
  checkSockets,
];

export const run: Handler<'doctor'> = async ({ options: { repair } }, context) => {
  let findings = await find(context, repair);
  if (context.json) printJson(context, { findings });
  else await print(context, findings);
  if (isInteractive(context) && findings.some(({ mendable }) => mendable)) {
    if (!(await askYesNo(context, 'Mend what can be mended?'))) throw new Exit(exitCodes.failed);
    findings = await find(context, true);
    await print(context, findings);
  }
  const left = findings.some(({ severity, repaired }) => severity === 'problem' && !repaired);
  if (left) throw new Exit(exitCodes.failed);
};

async function find(context: Context, repair: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...(await check({ env: context.env, repair })));
  return [...findings, ...(await checkVersion(context)), ...(await askDaemon(context, repair))];
}

/** A daemon of another version is replaced by the next command, unless it is the newer one. */
async function checkVersion(context: Context): Promise<Finding[]> {
  try {
    const daemon = await connectDaemon(context, { start: false });
    daemon.close();
    if (daemon.server.version === version) return [];
    const text = `The daemon that runs is ${daemon.server.version}, this command ${version}`;
    return [note(text, 'An older daemon is replaced at the next use; agents go on.')];
  } catch {
    // Not running, or not speaking: asking it in earnest tells more.
    return [];
  }
}

async function askDaemon(context: Context, repair: boolean): Promise<Finding[]> {
  try {
    const daemon = await connectDaemon(context);
    try {
      const { findings } = await daemon.request('daemon/doctor', { repair });
      const { agents } = await daemon.request('agent/list', {});
      const installed = agents.filter(({ path }) => path !== null).map(({ name }) => name);
      return [...findings, note(`Agents found: ${installed.join(', ') || 'none'}`)];
    } finally {
      daemon.close();
    }
  } catch (error) {
    const { message, hint } = failureOf(error);
    return [problem(message, hint)];
  }
}

async function print(context: Context, findings: Finding[]): Promise<void> {
  const { stdout, env } = context;
  const { bold, dim, green, red } = colorsFor(stdout, env);
  const git = (await gitVersion()) ?? 'missing';
  stdout.write(dim(`tempest ${version} · node ${process.versions.node} · git ${git}\n`));
  for (const { severity, problem, remedy, repaired } of findings) {
    const mark = severity === 'note' ? dim('·') : repaired ? green('✓') : red('✗');
    const text = oneLine(problem);
    stdout.write(`${mark} ${severity === 'note' ? text : bold(text)}\n`);
    if (remedy) stdout.write(`    ${repaired ? 'Mended: ' : ''}${oneLine(remedy)}\n`);
  }
  const problems = findings.filter(({ severity }) => severity === 'problem');
  const left = problems.filter(({ repaired }) => !repaired).length;
  if (problems.length === 0) return void stdout.write('No problem found.\n');
  stdout.write(`${problems.length - left} mended, ${left} left.`);
  const mendable = problems.filter((finding) => finding.mendable).length;
  // On a terminal it is offered.
  const how = mendable > 0 && !isInteractive(context);
  stdout.write(how ? ` \`tempest doctor --repair\` mends ${mendable}.\n` : '\n');
}
