// The environment every git process gets: nothing of the caller's repository, nothing that can ask.

/**
 * What is passed on of the caller's `GIT_*` variables: where configuration, programs and
 * transports are. The rest (GIT_DIR, GIT_INDEX_FILE, GIT_TRACE, …) belongs to whoever started us,
 * for instance a git hook, and would point our git at the wrong repository.
 */
const passedOn =
  /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|EXEC_PATH|TEMPLATE_DIR|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|SSL_\w+|HTTP_\w+|PROXY_\w+|ALLOW_PROTOCOL|ATTR_NOSYSTEM|(AUTHOR|COMMITTER)_(NAME|EMAIL))$/;

/** Variables that would start a program of the person's choice in the middle of our work. */
const interactive = new Set(['EDITOR', 'VISUAL', 'PAGER', 'SSH_ASKPASS', 'PREFIX']);

/**
 * The environment for git: the caller's without its git state, in the C locale, with every way of
 * asking a question closed (hazard 25). A person's own GIT_SSH_COMMAND or GIT_SSH is kept.
 */
export function gitEnvironment(
  caller: NodeJS.ProcessEnv,
  extra: Record<string, string> = {},
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries(caller)) {
    if (value === undefined || interactive.has(key)) continue;
    if (key.startsWith('GIT_') && !passedOn.test(key)) continue;
    env[key] = value;
  }
  Object.assign(env, {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    SSH_ASKPASS_REQUIRE: 'force',
    GCM_INTERACTIVE: 'never',
    GIT_EDITOR: 'true',
    GIT_PAGER: 'cat',
    GIT_OPTIONAL_LOCKS: '0',
  });
  if (!env.GIT_SSH_COMMAND && !env.GIT_SSH) env.GIT_SSH_COMMAND = 'ssh -o BatchMode=yes';
  return Object.assign(env, extra);
}
