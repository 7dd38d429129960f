// `tempest help`
import { colorsFor } from '../colors.ts';
import { findCommand, visibleCommands } from '../commands.ts';
import type { Handler } from '../context.ts';
import { UsageError } from '../failure.ts';
import { commandHelp, overview } from '../help.ts';
import { nearest } from '../suggest.ts';

export const run: Handler<'help'> = async ({ args: { command } }, { stdout, env }) => {
  const colors = colorsFor(stdout, env);
  if (command === undefined) {
    stdout.write(overview(colors));
    return;
  }
  const spec = findCommand(command);
  if (!spec) {
    const meant = nearest(
      command,
      visibleCommands().map(([name]) => name),
    );
    throw new UsageError(`unknown command '${command}'`, meant ? `Did you mean '${meant}'?` : '');
  }
  stdout.write(commandHelp(command, spec, colors));
};
