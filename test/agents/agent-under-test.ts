// What the scenarios have to know of a CLI, to run it as a person would.

import type { Reply } from '../support/model/reply.ts';
import type { ModelRequest } from '../support/model.ts';

/** The part of the person's world that a CLI's own settings are made for. */
export interface Ground {
  home: string;
  /** XDG_CONFIG_HOME. */
  config: string;
  /** XDG_DATA_HOME. */
  data: string;
  /** The person's repository, which the CLI is to trust. */
  repo: string;
  /** Of the stand-in for the model, without a slash at the end. */
  url: string;
}

export interface AgentUnderTest {
  /** As Tempest calls it, and as its program is called. */
  name: string;
  /** Its program, as `npm run test:agents` has installed it. */
  program: string;
  /** Writes the person's own settings of the CLI into `home`, and gives what the environment needs more. */
  prepare(ground: Ground): Record<string, string>;
  /** Of Tempest's config.toml, if there is something to say. */
  config?: string;
  /** A tool call that writes `text` to a file without asking; its path is absolute. */
  edit(path: string, text: string): Reply;
  /** Whether edits ask first, whatever the settings: then the scenario allows it. */
  editAsks?: boolean;
  /** A tool call that makes an empty file there, and asks first; and the question's `tool`. */
  ask(path: string): Reply;
  askedTool: string;
  /** It tells that it works or asks, and not on what. */
  asksUnnamed?: boolean;
  /** On the screen when it can be answered, where the call is shown before. */
  asks?: RegExp;
  /** Keys that allow and deny, as the adapter says. */
  answers: { allow: string; deny: string };
  /** What has come after a denial: the turn goes on without the tool (default), or it is over. */
  deniedEnds?: boolean;
  /** On the screen while a turn goes on and Escape is taken. */
  busy: RegExp;
  /** What interrupts a turn, a key at a time. Default: Escape. */
  interrupt?: string[];
  /** Empties the input line, for a CLI that puts an interrupted prompt back there. */
  empty?: string;
  /** On the screen after each key but the last. */
  interruptAsks?: RegExp;
  /** A question in words, with the text it holds, and the keys that answer it. */
  question?: { reply: Reply; text: string; keys: string };
  /** A tool call that starts a sub-agent with this prompt. */
  subAgent?: {
    reply(prompt: string): Reply;
    isItsOwn(request: ModelRequest, prompt: string): boolean;
  };
  /** Takes off what the CLI puts around a prompt when it hands it to the model. */
  unwrap?(text: string): string;
  /** Its own words for a refusal of the model; left out: they hold the model's. */
  words?: Partial<Record<'api-error' | 'rate-limit' | 'login', string>>;
  /** Whether it can fork a conversation. */
  forks?: boolean;
  /** Whether its conversation goes back with the files. */
  rewinds?: boolean;
  /** Whether it has a mode in which it asks for no permission. */
  permissionless?: boolean;
  /** Its tool call that makes an empty file in that mode; left out: as `ask`. */
  unasked?(path: string): Reply;
  /** What a person types to leave the conversation for a new one, and what the screen shows after each. */
  begin?: [keys: string, shows: RegExp][];
  /** Told to resume a conversation whose record is gone, it ends: nobody can know before that it is. */
  endsWithoutRecord?: boolean;
  /** Scenarios that can't hold with this CLI, and why: they are listed, and not run. */
  except?: Partial<Record<string, string>>;
}
