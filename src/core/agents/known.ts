// What an adapter's own words and a person's table make together.
import type { Agent } from './agent.ts';
import type { KnownTable } from './table.ts';

/** All that are known can resume a conversation. */
export type KnownCli = Agent & Required<Pick<Agent, 'resume'>>;

/** Makes the adapter of a known CLI; `table` is the person's, which may give it another name. */
export type AgentFactory = (name?: string, table?: KnownTable) => KnownCli;

/** How a CLI is called where the person's table says nothing else. */
interface Own {
  command: readonly [string, ...string[]];
  description: string;
  /** The arguments by which it asks for no permission; left out where it has none. */
  permissionless?: readonly string[];
}

export interface Settled {
  file: string;
  /** The arguments that come first, whatever is done. */
  first: string[];
  env: Record<string, string>;
  /** To be spread into the agent: the fields that follow from all this. */
  about: Pick<Agent, 'file' | 'description' | 'permissionless' | 'versionArgs'>;
}

/** The person's words where there are any, else the CLI's own. */
export function settle(table: KnownTable, own: Own): Settled {
  const { env = {}, description = own.description, permissionless = false } = table;
  const [file = '', ...args] = table.command ?? own.command;
  const freeing = table.permissionless_args ?? own.permissionless;
  // Behind a program that starts it (`npx claude`), `--version` would be that program's.
  const isItself = !args[0] || args[0].startsWith('-');
  return {
    file,
    first: [...args, ...(permissionless && freeing ? freeing : [])],
    env,
    about: {
      file,
      description,
      ...(freeing && { permissionless }),
      ...(isItself && { versionArgs: ['--version'] }),
    },
  };
}
