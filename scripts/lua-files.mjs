// Lists the project's own Lua files, those that git knows or would add.
import { execFileSync } from 'node:child_process';

/**
 * @param {string} project
 * @returns {string[]} relative paths
 */
export function luaFiles(project) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.lua'];
  const listed = execFileSync('git', args, { cwd: project, encoding: 'utf8' });
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted'], {
    cwd: project,
    encoding: 'utf8',
  }).split('\0');
  return [...new Set(listed.split('\0'))].filter((name) => name && !deleted.includes(name));
}
