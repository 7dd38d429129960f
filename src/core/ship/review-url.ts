// The page of a forge on which a pull request for a branch is begun.

type Forge = 'github' | 'gitlab' | 'bitbucket' | 'gitea';

/** What tells a forge by its host: the well-known ones, and the names people give their own. */
const hosts: [RegExp, Forge][] = [
  [/github/, 'github'],
  [/gitlab/, 'gitlab'],
  [/bitbucket/, 'bitbucket'],
  [/codeberg|gitea|forgejo/, 'gitea'],
];

/**
 * The address for a remote (`git@host:owner/name.git`, `ssh://…`, `https://…`); null when the remote is a
 * path, or its host tells nothing about the forge. Names and passwords in the remote are left out.
 */
export function reviewUrl(remote: string, o: { branch: string; base: string }): string | null {
  const place = placeOf(remote);
  const forge = place && hosts.find(([pattern]) => pattern.test(place.host))?.[1];
  if (!forge) return null;
  const { host, path } = place;
  const page = `https://${host}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const [branch, base] = [o.branch, o.base].map((ref) =>
    ref.split('/').map(encodeURIComponent).join('/'),
  );
  const query = (fields: Record<string, string>) => `?${new URLSearchParams(fields)}`;
  switch (forge) {
    case 'github':
      return `${page}/compare/${base}...${branch}?expand=1`;
    case 'gitlab': {
      const fields = {
        'merge_request[source_branch]': o.branch,
        'merge_request[target_branch]': o.base,
      };
      return `${page}/-/merge_requests/new${query(fields)}`;
    }
    case 'bitbucket':
      return `${page}/pull-requests/new${query({ source: o.branch, dest: o.base })}`;
    case 'gitea':
      return `${page}/compare/${base}...${branch}`;
  }
}

/** Which command line opens pull requests there, if there is one. */
export function forgeTool(remote: string): 'gh' | 'glab' | null {
  const host = placeOf(remote)?.host ?? '';
  if (/github/.test(host)) return 'gh';
  return /gitlab/.test(host) ? 'glab' : null;
}

/** Host (with its port, for https) and path, without `.git`. */
function placeOf(remote: string): { host: string; path: string } | null {
  // scp's form: no scheme, a colon before any slash.
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(remote);
  const url = scp ? null : parse(remote);
  const host = scp?.[1] ?? (url?.protocol.startsWith('http') ? url.host : url?.hostname) ?? '';
  const path = (scp?.[2] ?? decodeURIComponent(url?.pathname ?? ''))
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
  return host && path ? { host: host.toLowerCase(), path } : null;
}

function parse(remote: string): URL | null {
  try {
    const url = new URL(remote);
    return url.protocol === 'file:' ? null : url;
  } catch {
    return null;
  }
}
