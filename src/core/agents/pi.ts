// pi, by Mario Zechner. Facts here were seen with the version in scripts/agents.mjs.
//
// It never asks for a permission (what its own extensions ask, only they know), and keeps no list of
// trusted folders. A conversation is known by the path of its record, which is there from the model's
// first answer on; what has none is begun anew.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Launch, LaunchContext } from './agent.ts';
import { type KnownCli, settle } from './known.ts';
import { isPiPromptAfter, readPiEvent } from './pi-events.ts';
import { copyUntil } from './records.ts';
import type { KnownTable } from './table.ts';

/**
 * `pi`, or the program of a table that is like it. `programs` is the folder of the built programs, where
 * the extension is that runs inside it.
 */
export function piAgent(programs: string, name = 'pi', table: KnownTable = {}): KnownCli {
  const { file, first, env, about } = settle(table, {
    command: ['pi'],
    description: 'pi, by Mario Zechner',
  });
  const launch = ({ spool }: LaunchContext, ...args: string[]): Launch => {
    const extension = ['--extension', join(programs, 'pi-extension.js')];
    return { file, args: [...first, ...extension, ...args], env: { ...env, TEMPEST_SPOOL: spool } };
  };
  const withPrompt = (prompt: string) => (prompt === '' ? [] : [asOperand(prompt)]);
  return {
    name,
    ...about,
    says: ['usage'],
    start: (context) => launch(context, ...withPrompt(context.prompt)),
    async resume(context) {
      const { conversation } = context;
      if (conversation === null || !existsSync(conversation)) return null;
      return launch(context, '--session', conversation);
    },
    async fork(context, { conversation }) {
      if (!existsSync(conversation)) return null;
      return launch(context, '--fork', conversation, ...withPrompt(context.prompt));
    },
    async rewind(context, { conversation }, at) {
      const copy = join(context.scratch, basename(conversation));
      const until = await copyUntil(conversation, copy, (line) => isPiPromptAfter(line, at));
      return until === null ? null : launch(context, '--fork', until);
    },
    readEvent: readPiEvent,
    tellsReady: true,
    // It marks each message that it shows.
    ignores: ['prompt'],
  };
}

/** It knows no `--`; what begins with a space is neither an option nor a file (`@name`). */
function asOperand(prompt: string): string {
  return /^[-@]/.test(prompt) ? ` ${prompt}` : prompt;
}
