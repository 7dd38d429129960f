// Installs real agent CLIs, in exact versions, into a cache: for the tests, and to try them by hand
// (`node scripts/agents.mjs` prints where they are).
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { neovimCache } from './neovim.mjs';
import { run } from './run.mjs';

/** What src/core/agents knows of these CLIs was seen with these versions. */
const packages = {
  claude: { name: '@anthropic-ai/claude-code', version: '2.1.330' },
  codex: { name: '@openai/codex', version: '0.169.0' },
  opencode: { name: 'opencode-ai', version: '1.18.33' },
  pi: { name: '@mariozechner/pi-coding-agent', version: '0.73.1' },
  copilot: { name: '@github/copilot', version: '1.0.102' },
  gemini: { name: '@google/gemini-cli', version: '0.61.0' },
  qwen: { name: '@qwen-code/qwen-code', version: '0.15.10' },
};

/** @typedef {keyof typeof packages} AgentName */

/**
 * @param {{ env?: NodeJS.ProcessEnv, say?: (line: string) => void }} [options]
 * @returns {Promise<Record<AgentName, string>>} paths of the programs
 */
export async function installAgents({ env = process.env, say = () => {} } = {}) {
  const cache = join(dirname(neovimCache(env)), 'agents');
  const programs = /** @type {Record<AgentName, string>} */ ({});
  for (const agent of /** @type {AgentName[]} */ (Object.keys(packages))) {
    programs[agent] = await install(cache, agent, say);
  }
  return programs;
}

/**
 * @param {string} cache
 * @param {AgentName} agent
 * @param {(line: string) => void} say
 */
async function install(cache, agent, say) {
  const { name, version } = packages[agent];
  const home = join(cache, `${agent}-${version}`);
  const program = join(home, 'node_modules/.bin', agent);
  if (existsSync(program)) return program;
  say(`Installing ${name} ${version} into ${home}`);
  mkdirSync(cache, { recursive: true });
  // Under another name until it is whole: an interrupted download must not look like a program.
  const folder = mkdtempSync(`${home}.`);
  try {
    writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    await run('npm', ['install', ...quiet, `${name}@${version}`], { cwd: folder });
    await run(join(folder, 'node_modules/.bin', agent), ['--version'], {
      env: { PATH: process.env.PATH, HOME: folder },
    });
    renameSync(folder, home);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(program)) throw error;
  }
  return program;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const agents = await installAgents({ say: (line) => console.error(line) });
  for (const path of Object.values(agents)) console.log(path);
}
