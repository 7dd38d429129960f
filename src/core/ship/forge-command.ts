// How a forge's own command line is told to open a pull request.

export type ForgeTool = 'gh' | 'glab';

/** Characters of a title: GitHub refuses more than 256, GitLab more than 255. */
const longestTitle = 200;

/** The program and its arguments, which say all that it would ask for. `text` is a title, then the rest. */
export function forgeCommand(
  tool: ForgeTool,
  { branch, base, text }: { branch: string; base: string; text: string },
): string[] {
  const { title, body } = titled(text.trim());
  if (tool === 'gh') {
    const target = ['--head', branch, '--base', base];
    return ['gh', 'pr', 'create', ...target, '--title', title, '--body', body];
  }
  const target = ['--source-branch', branch, '--target-branch', base];
  return ['glab', 'mr', 'create', ...target, '--title', title, '--description', body, '--yes'];
}

/** A first line that no forge would take is cut, and stands whole in the body. */
function titled(text: string): { title: string; body: string } {
  const [first = '', ...rest] = text.split('\n');
  const characters = [...first.trim()];
  if (characters.length <= longestTitle) {
    return { title: characters.join(''), body: rest.join('\n').trim() };
  }
  return { title: `${characters.slice(0, longestTitle - 1).join('')}…`, body: text };
}
