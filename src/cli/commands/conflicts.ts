// `tempest conflicts`
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { Exit, exitCodes } from '../failure.ts';
import { oneLine } from '../text.ts';

export const run: Handler<'conflicts'> = async (_parsed, context) => {
  const found = await withDaemon(context, async (daemon) => {
    const answer = await daemon.request('conflict/list', { repo: context.cwd });
    if (context.json) printJson(context, answer);
    else {
      const { sessions } = await daemon.request('session/list', { repo: context.cwd });
      const session = (id: string) => sessions.find((one) => one.id === id);
      for (const conflict of answer.conflicts) {
        const one = session(conflict.session);
        const other = conflict.with === null ? one?.base.ref : session(conflict.with)?.name;
        const names = [one?.name ?? conflict.session, other ?? conflict.with ?? ''];
        context.stdout.write(`${[...names, conflict.files.map(oneLine).join(' ')].join('\t')}\n`);
      }
    }
    return answer.conflicts.length > 0;
  });
  if (found) throw new Exit(exitCodes.failed);
};
