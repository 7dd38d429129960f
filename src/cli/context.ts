// What a command may touch: the process around it, handed in.
import type { CommandName, Commands } from './commands.ts';
import type { Input } from './spec.ts';

export interface Context {
  env: NodeJS.ProcessEnv;
  cwd: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** `--json`: one document on standard output and nothing else there. */
  json: boolean;
  /** Ms since 1970. */
  now: () => number;
}

/** A command's work. It throws to fail; see `failure.ts` for what then becomes of it. */
export type Handler<N extends CommandName> = (
  input: Input<Commands[N]>,
  context: Context,
) => Promise<void>;

/** Prints the answer as one JSON document. */
export function printJson(context: Context, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A person is there to be asked: both ends are a terminal, and no program reads the answer. */
export function isInteractive({ stdin, stderr, json }: Context): boolean {
  return stdin.isTTY === true && stderr.isTTY === true && !json;
}
