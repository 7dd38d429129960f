// `tempest list`
import { resolve } from 'node:path';
import { TempestError } from '../../core/errors.ts';
import { colorsFor } from '../colors.ts';
import { type Context, type Handler, printJson } from '../context.ts';
import { type Daemon, withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { newestFirst } from '../list/sessions.ts';
import { plainLine, sessionTable } from '../list/table.ts';
import { watchSessions } from '../list/watch.ts';

export const run: Handler<'list'> = async ({ options }, context) => {
  const { watch, all, repo: path, removed } = options;
  if (all && path !== undefined) throw new UsageError('--all and --repo exclude each other');
  if (watch && removed) throw new UsageError('--watch and --removed exclude each other');
  await withDaemon(context, async (daemon) => {
    const repo = all ? null : await repositoryAt(context, daemon, path);
    const scope = { repo, repos: repo === null };
    if (watch) return watchSessions(context, daemon, scope);
    const answer = await daemon.request('session/list', {
      ...(repo !== null && { repo }),
      removed,
    });
    if (context.json) return printJson(context, answer);
    const sessions = newestFirst(answer.sessions);
    const { stdout, env, now } = context;
    if (!stdout.isTTY) {
      for (const session of sessions) stdout.write(`${plainLine(session)}\n`);
    } else if (sessions.length === 0) {
      stdout.write(`${removed ? 'Nothing to restore' : 'No sessions; `tempest new` starts one'}\n`);
    } else {
      const style = { colors: colorsFor(stdout, env), columns: stdout.columns, now: now() };
      stdout.write(`${sessionTable(sessions, { ...style, ...scope }).join('\n')}\n`);
    }
  });
};

/** The repository at `path`; around the working folder without one, where null means none. */
async function repositoryAt(context: Context, daemon: Daemon, path: string | undefined) {
  const asked = resolve(context.cwd, path ?? '.');
  const { root } = await daemon.request('repo/inspect', { path: asked });
  if (root === null && path !== undefined) {
    throw new TempestError('not-a-repository', `${asked} is not in a git repository`);
  }
  return root;
}
