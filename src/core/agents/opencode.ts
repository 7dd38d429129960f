// opencode. Facts here were seen with the version in scripts/agents.mjs.
//
// It keeps no list of trusted folders. It asks only what its `permission` settings say; by default hardly
// anything. Its conversations are named by itself, and known from its first turn on: what has had none is
// begun anew.
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Launch, LaunchContext } from './agent.ts';
import { readJsonc } from './jsonc.ts';
import { type KnownCli, settle } from './known.ts';
import { readOpencodeEvent } from './opencode-events.ts';
import type { KnownTable } from './table.ts';

/** The settings of its terminal interface, in the scratch folder. */
const settingsFile = 'opencode/tui.json';
const settingsVariable = 'OPENCODE_TUI_CONFIG';

/**
 * `opencode`, or the program of a table that is like it. `programs` is the folder of the built programs,
 * where the plugin is that runs inside it.
 */
export function opencodeAgent(
  programs: string,
  name = 'opencode',
  table: KnownTable = {},
): KnownCli {
  const { file, first, env, about } = settle(table, {
    command: ['opencode'],
    description: 'opencode, by Anomaly',
    permissionless: ['--auto'],
  });
  const launch = (context: LaunchContext, ...args: string[]): Launch => {
    const own = { ...context.env, ...env }[settingsVariable];
    const plugin = pathToFileURL(join(programs, 'opencode-plugin.js')).href;
    const settings = withPlugin(own, [
      plugin,
      { spool: context.spool, unasked: about.permissionless },
    ]);
    return {
      file,
      args: [...first, ...args],
      env: { ...env, [settingsVariable]: join(context.scratch, settingsFile) },
      files: { [settingsFile]: JSON.stringify(settings) },
    };
  };
  return {
    name,
    ...about,
    says: ['questions', 'usage'],
    start: (context) =>
      launch(context, ...(context.prompt === '' ? [] : [`--prompt=${asValue(context.prompt)}`])),
    async resume(context) {
      const { conversation } = context;
      return conversation === null ? null : launch(context, '--session', conversation);
    },
    readEvent: readOpencodeEvent,
    tellsReady: true,
    // Of `Allow once`, `Allow always` and `Reject`, the first is chosen; Escape rejects.
    answers: { allow: '\r', deny: '\x1b', dialog: /Allow once.*Reject/ },
  };
}

/** It takes the quotes off a value that is wholly in them; what has a space at its end is not. */
function asValue(prompt: string): string {
  return /^(["'])[\s\S]*\1$/.test(prompt) ? `${prompt} ` : prompt;
}

type Plugin = string | [spec: string, options: object];

/**
 * Settings with our plugin. Other files of the person's (`tui.json` of the configuration, of the project)
 * are read all the same; `own` is the one this takes the place of, and so it is copied, with its paths.
 */
function withPlugin(own: string | undefined, plugin: Plugin): Record<string, unknown> {
  const settings = own ? readJsonc(textOf(own)) : {};
  const plugins = Array.isArray(settings.plugin) ? (settings.plugin as Plugin[]) : [];
  const folder = own ? dirname(resolve(own)) : '';
  return { ...settings, plugin: [...plugins.map((one) => absolute(one, folder)), plugin] };
}

function absolute(plugin: Plugin, folder: string): Plugin {
  if (Array.isArray(plugin)) return [absolute(plugin[0], folder) as string, plugin[1]];
  const isPath = typeof plugin === 'string' && (/^\.\.?\//.test(plugin) || isAbsolute(plugin));
  return isPath ? pathToFileURL(resolve(folder, plugin)).href : plugin;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
