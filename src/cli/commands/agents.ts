// `tempest agents`
import { colorsFor } from '../colors.ts';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';

export const run: Handler<'agents'> = async (_, context) =>
  withDaemon(context, async (daemon) => {
    const { agents } = await daemon.request('agent/list', {});
    if (context.json) return printJson(context, { agents });
    const { bold, dim } = colorsFor(context.stdout, context.env);
    const width = Math.max(...agents.map(({ name }) => name.length));
    for (const { name, description, path, isDefault } of agents) {
      const line = context.stdout.isTTY
        ? `${(path ? bold : dim)(name.padEnd(width))}  ${description}${isDefault ? ' (default)' : ''}  ${dim(path ?? 'not installed')}`
        : [name, path ?? '', isDefault ? 'default' : '', description].join('\t');
      context.stdout.write(`${line}\n`);
    }
  });
