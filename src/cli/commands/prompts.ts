// `tempest prompts`
import { colorsFor } from '../colors.ts';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { oneLine } from '../text.ts';

export const run: Handler<'prompts'> = async (_, context) =>
  withDaemon(context, async (daemon) => {
    const { prompts } = await daemon.request('prompt/list', { repo: context.cwd });
    if (context.json) return printJson(context, { prompts });
    const { stdout, env } = context;
    const { bold, dim, yellow } = colorsFor(stdout, env);
    for (const { name, source, agent, description, path, problem } of prompts) {
      if (!stdout.isTTY) {
        const fields = [name, source, agent ?? '', description, path];
        stdout.write(`${fields.map(oneLine).join('\t')}\n`);
        continue;
      }
      const theirs = source === 'repository' ? ` ${dim('(of this repository)')}` : '';
      const told = problem ? yellow(oneLine(problem)) : oneLine(description);
      stdout.write(`${bold(oneLine(name))}${theirs}  ${told}\n`);
    }
    if (prompts.length === 0 && stdout.isTTY) stdout.write('The library is empty\n');
  });
