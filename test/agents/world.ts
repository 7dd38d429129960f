// A real agent CLI in a worktree of a sandbox: clean environment, own HOME, a model of ours.
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, Launch, LaunchContext } from '../../src/core/agents/agent.ts';
import { sendText } from '../../src/core/session/send.ts';
import type { Status } from '../../src/core/session/session.ts';
import { nextStatus, type StatusState, statusOf } from '../../src/core/session/status.ts';
import { followSignals } from '../../src/terminal/signals.ts';
import { type Model, type Reply, startModel } from '../support/model.ts';
import { type Program, runProgram } from '../support/program.ts';
import { type Sandbox, sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

export interface World {
  box: Sandbox;
  model: Model;
  /** The person's repository; `worktree` is one of its worktrees, elsewhere. */
  repo: string;
  worktree: string;
  context(prompt: string, conversation?: string | null): LaunchContext;
  /** Starts the CLI as the adapter says, and judges its signals as the daemon does. */
  run(agent: Agent, launch: Launch, how?: { prompted?: boolean }): RunningAgent;
}

export interface RunningAgent extends Program {
  state(): StatusState;
  /** Every status it has had, one after the other. */
  story: Status[];
  becomes(status: Status): Promise<void>;
  send(text: string): Promise<unknown>;
  /** As a person leaves: by Ctrl-C, again if need be. */
  leave(): Promise<void>;
}

/** `script` answers each turn. */
export async function makeWorld(
  script: (index: number) => Reply,
  prepare: (world: Pick<World, 'box' | 'model' | 'repo'>) => Record<string, string>,
): Promise<World> {
  const box = await sandbox({ DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1' });
  const model = await startModel((_request, index) => script(index));
  box.onDispose(() => model.close());
  const repo = realpathSync(await box.repo());
  const worktree = join(realpathSync(box.root), 'trees', 'work');
  await box.git(repo, 'worktree', 'add', '--quiet', worktree);
  const env = { ...box.env, ...prepare({ box, model, repo }) };
  const createdAt = Date.now();
  const spool = join(box.root, 'spool');
  mkdirSync(spool);
  return {
    box,
    model,
    repo,
    worktree,
    context: (prompt, conversation = null) => {
      return { prompt, conversation, worktree, scratch: box.root, spool, env, createdAt };
    },
    run(agent, { file, args, env: more, files = {} }, { prompted = true } = {}) {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(box.root, name), text);
      const program = runProgram(file, args, { cwd: worktree, env: { ...env, ...more } });
      box.onDispose(() => program.kill());
      return judged(program, agent, prompted);
    },
  };
}

function judged(program: Program, agent: Agent, prompted: boolean): RunningAgent {
  const told = { activity: '', question: null, problem: null };
  const fresh = { ...told, reason: '', unseen: false, generation: 0, exit: null, statusAt: 0 };
  let state = statusOf({ ...fresh, status: 'creating' });
  const story: Status[] = [];
  const judge = (evidence: Parameters<typeof nextStatus>[1]) => {
    state = nextStatus(state, evidence, Date.now(), agent);
    if (story.at(-1) !== state.status) story.push(state.status);
  };
  judge({ kind: 'started', generation: 1, prompted });
  const heard = followSignals(program.terminal, {
    now: Date.now,
    onChange: (changed) =>
      judge({ kind: 'signal', generation: 1, changed, signals: { ...heard.current } }),
  });
  const becomes = async (status: Status) => {
    const what = `the status ${status}`;
    await until(() => state.status === status, { what }).catch((cause) => {
      throw new Error(`in vain for ${what}: ${story.join(' ')}\n${program.screen()}`, { cause });
    });
  };
  return Object.assign(program, {
    state: () => state,
    story,
    becomes,
    send: (text: string) =>
      sendText(
        {
          status: () => state.status,
          bracketedPaste: program.bracketedPaste(),
          write: async (bytes) => program.write(bytes.toString()),
          wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
          screen: async () => program.screen(),
          onSubmit: () => judge({ kind: 'submitted', generation: 1, text }),
        },
        text,
        true,
      ),
    async leave() {
      const isGone = () => {
        if (program.exitCode() !== null) return true;
        program.write('\x03');
        return false;
      };
      await until(isGone, { what: 'the agent to leave', intervalMs: 400 });
    },
  });
}
