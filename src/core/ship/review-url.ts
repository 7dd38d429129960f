// The page of a forge on which a pull request for a branch is begun.

export const forges = ['github', 'gitlab', 'bitbucket', 'bitbucket-server', 'gitea'] as const;
export type Forge = (typeof forges)[number];

/** Which forge runs on a host, as the person has set it; with its port or without. */
export type Forges = Readonly<Record<string, Forge>>;

/** What tells a forge by its host: the well-known ones, and the names people give their own. */
const hosts: [RegExp, Forge][] = [
  [/github/, 'github'],
  [/gitlab/, 'gitlab'],
  [/^bitbucket\.org$/, 'bitbucket'],
  [/bitbucket/, 'bitbucket-server'],
  [/codeberg|gitea|forgejo/, 'gitea'],
];

/** Hosts that only speak ssh, for networks that let nothing but port 443 through: their pages are elsewhere. */
const aliases: Record<string, string> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

interface Target {
  branch: string;
  base: string;
}

/**
 * The address for a remote (`git@host:owner/name.git`, `ssh://…`, `https://…`); null when the remote is a
 * path, or its host tells nothing about the forge. Names and passwords in the remote are left out.
 */
export function reviewUrl(
  remote: string,
  { branch, base }: Target,
  own: Forges = {},
): string | null {
  const place = placeOf(remote);
  const forge = place && forgeOf(place, own);
  if (!forge) return null;
  const page = `https://${place.host}/${inPath(place.path)}`;
  switch (forge) {
    case 'github':
      return `${page}/compare/${inPath(base)}...${inPath(branch)}?expand=1`;
    case 'gitlab': {
      const fields = {
        'merge_request[source_branch]': branch,
        'merge_request[target_branch]': base,
      };
      return `${page}/-/merge_requests/new${query(fields)}`;
    }
    case 'bitbucket':
      return `${page}/pull-requests/new${query({ source: branch, dest: base })}`;
    case 'bitbucket-server': {
      const fields = { sourceBranch: `refs/heads/${branch}`, targetBranch: `refs/heads/${base}` };
      const asked = query({ create: '', ...fields }).replace('create=', 'create');
      return `https://${place.host}/${serverPath(place.path)}/pull-requests${asked}`;
    }
    case 'gitea':
      return `${page}/compare/${inPath(base)}...${inPath(branch)}`;
  }
}

/** Which command line opens pull requests there, if there is one. */
export function forgeTool(remote: string, own: Forges = {}): 'gh' | 'glab' | null {
  const place = placeOf(remote);
  const forge = place && forgeOf(place, own);
  if (forge === 'github') return 'gh';
  return forge === 'gitlab' ? 'glab' : null;
}

function forgeOf({ host }: Place, own: Forges): Forge | undefined {
  const name = host.replace(/:\d+$/, '');
  return own[host] ?? own[name] ?? hosts.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * A repository's page on Bitbucket Server (Data Center): a remote is `…/scm/PROJECT/name` by https and `PROJECT/name` by
 * ssh, where `~user` stands for a person's own; what comes before it is where the server is kept.
 */
function serverPath(path: string): string {
  const parts = path.split('/');
  const [owner = '', name = ''] = parts.slice(-2);
  const before = parts.slice(0, -2);
  if (before.at(-1) === 'scm') before.pop();
  const whose = owner.startsWith('~') ? ['users', owner.slice(1)] : ['projects', owner];
  return inPath([...before, ...whose, 'repos', name].join('/'));
}

function inPath(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/');
}

function query(fields: Record<string, string>): string {
  return `?${new URLSearchParams(fields)}`;
}

interface Place {
  /** With its port, for https: that of ssh is none of a page's. */
  host: string;
  /** Without `.git`. */
  path: string;
}

function placeOf(remote: string): Place | null {
  // scp's form: no scheme, a colon before any slash; a port stands in brackets with the host.
  const scp = /^(?:[^@/[]+@)?(?:\[(?:[^@\]]+@)?([^:\]]+)(?::\d+)?\]|([^:/[]+)):(?!\/\/)(.+)$/.exec(
    remote,
  );
  const url = scp ? null : parse(remote);
  const named =
    scp?.[1] ?? scp?.[2] ?? (url?.protocol.startsWith('http') ? url.host : url?.hostname) ?? '';
  const path = (scp?.[3] ?? decoded(url?.pathname ?? ''))
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
  const host = named.toLowerCase();
  return host && path ? { host: aliases[host] ?? host, path } : null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function parse(remote: string): URL | null {
  try {
    const url = new URL(remote);
    return url.protocol === 'file:' ? null : url;
  } catch {
    return null;
  }
}
