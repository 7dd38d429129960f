// The methods about repositories and agents.
import type { Agent } from '../core/agents/agent.ts';
import { featuresOf } from '../core/agents/features.ts';
import { locate } from '../core/agents/locate.ts';
import { createVersions } from '../core/agents/version.ts';
import { loadRepoConfig } from '../core/config.ts';
import { TempestError } from '../core/errors.ts';
import { firstCommit, initRepo, inspectRepo, listBranches } from '../core/worktree/repo.ts';
import { approve, checkOf, isApproved, type Setup, setupOf } from '../core/worktree/setup.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { AgentInfo, RepoInfo } from './protocol.ts';

type RepoMethod = 'repo/inspect' | 'repo/branches' | 'repo/approve' | 'repo/prepare';

export function repoHandlers({ places }: HandlerDeps): Pick<Handlers, RepoMethod> {
  const inspect = async (path: string): Promise<RepoInfo> => {
    const repo = await inspectRepo(path);
    if (!repo) {
      const nowhere = { bare: false, unborn: false, branch: null, commit: null };
      return { root: null, ...nowhere, setup: null, check: null };
    }
    const { root, bare, unborn, branch, commit } = repo;
    const config = await loadRepoConfig(repo.here);
    const judged = async (found: Setup | null) =>
      found && { ...found, approved: await isApproved(places.approvals, root, found.hash) };
    const [setup, check] = await Promise.all([setupOf(config), checkOf(config)].map(judged));
    return { root, bare, unborn, branch, commit, setup: setup ?? null, check: check ?? null };
  };
  return {
    'repo/inspect': ({ path }) => inspect(path),
    async 'repo/branches'({ path }) {
      const repo = await inspectRepo(path);
      return { branches: repo ? await listBranches(repo.root) : [] };
    },
    async 'repo/approve'({ path, hash }) {
      const repo = await inspectRepo(path);
      const config = repo && (await loadRepoConfig(repo.here));
      const known = config ? [setupOf(config)?.hash, checkOf(config)?.hash] : [];
      if (!repo || !known.includes(hash)) {
        throw new TempestError(
          'setup-unapproved',
          'the command is not the one you were shown',
          'Look at it again: it may have changed meanwhile.',
        );
      }
      await approve(places.approvals, repo.root, hash);
      return null;
    },
    async 'repo/prepare'({ path, step }) {
      const repo = await inspectRepo(path);
      if (step === 'init' && !repo) await initRepo(path);
      if (step === 'commit' && repo?.unborn) await firstCommit(repo.here);
      return await inspect(path);
    },
  };
}

export function agentHandlers({ service, env }: HandlerDeps): Pick<Handlers, 'agent/list'> {
  const programs = createVersions(env);
  return {
    async 'agent/list'({ versions }) {
      const [config, registry] = await Promise.all([service.config(), service.agents()]);
      const describe = async (agent: Agent): Promise<AgentInfo> => {
        const { name, description, file, permissionless = false, versionArgs } = agent;
        const path = locate(file, env);
        const ask = path !== null && versionArgs !== undefined;
        const version = versions ? programs.ask : programs.known;
        return {
          ...{ name, description, file, path, permissionless },
          isDefault: name === config.agent,
          version: ask ? await version(path, versionArgs) : null,
          supports: featuresOf(agent),
        };
      };
      return { agents: await Promise.all(registry.list().map(describe)) };
    },
  };
}
