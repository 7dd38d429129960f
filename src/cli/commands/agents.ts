// `tempest agents`
import { colorsFor } from '../colors.ts';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';

export const run: Handler<'agents'> = async (_, context) =>
  withDaemon(context, async (daemon) => {
    const { agents } = await daemon.request('agent/list', { versions: true });
    if (context.json) return printJson(context, { agents });
    const { stdout, env } = context;
    if (!stdout.isTTY) {
      for (const { name, path, isDefault, description, version, supports } of agents) {
        const fields = [name, path, isDefault ? 'default' : '', description, version];
        stdout.write(`${[...fields.map((field) => field ?? ''), supports.join(',')].join('\t')}\n`);
      }
      return;
    }
    const { bold, dim, yellow } = colorsFor(stdout, env);
    const width = Math.max(...agents.map(({ name }) => name.length));
    for (const agent of agents) {
      const { name, description, path, isDefault, version, supports, permissionless } = agent;
      const told = isDefault ? `${description} (default)` : description;
      stdout.write(`${(path ? bold : dim)(name.padEnd(width))}  ${told}\n`);
      const indent = ' '.repeat(width + 2);
      const where = path ? [version, path].filter(Boolean).join('  ') : 'not installed';
      stdout.write(`${indent}${dim(where)}\n`);
      if (path) stdout.write(`${indent}${dim(supports.join(' · ') || 'started as it is')}\n`);
      if (permissionless) stdout.write(`${indent}${yellow('asks for no permission')}\n`);
    }
  });
