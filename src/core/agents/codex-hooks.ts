// Hooks of Codex for one run: https://developers.openai.com/codex/hooks
// Given with `-c` they add to the person's. Codex runs no hook that nobody has vetted, so each comes with
// the hash of what it is: that vouches for these lines alone, and neither for the person's nor for the
// repository's, which `--dangerously-bypass-hook-trust` would run, too.
import { createHash } from 'node:crypto';
import { hookCommand } from './hook.ts';

/** Where codex says that hooks of `-c` come from. */
const source = '/<session-flags>/config.toml';
/** In seconds; what a hook of ours does takes milliseconds. */
const timeout = 1;

/** The arguments by which codex tells these events, for any of its subcommands. */
export function hookArguments(spool: string, names: readonly string[]): string[] {
  const hooks = names.map((name) => ({ name, command: hookCommand(spool, name) }));
  const given = hooks.map(({ name, command }) => {
    const handler = `{type="command",command=${JSON.stringify(command)},timeout=${timeout}}`;
    return `hooks.${name}=[{hooks=[${handler}]}]`;
  });
  const vouched = hooks.map(({ name, command }) => {
    const event = name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
    return `"${source}:${event}:0:0"={trusted_hash="${hashOf(event, command)}"}`;
  });
  return [...given, `hooks.state={${vouched.join(',')}}`].flatMap((setting) => ['-c', setting]);
}

/** As codex reckons it, of JSON with its keys in order. */
function hashOf(event: string, command: string): string {
  const identity = {
    event_name: event,
    hooks: [{ async: false, command, timeout, type: 'command' }],
  };
  return `sha256:${createHash('sha256').update(JSON.stringify(identity)).digest('hex')}`;
}
