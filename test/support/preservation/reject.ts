// Rejecting in a real Neovim, which is killed right after: what `u` would take back is gone with it.
import type { Client } from '../../../src/rpc/client.ts';
import { startEditor } from '../../nvim/support/editor.ts';
import { until } from '../until.ts';
import type { World } from './world.ts';

/** Rejects all hunks of the first file of the session's review. Throws with what Neovim says instead. */
export async function reject(client: Client, w: World): Promise<void> {
  const { id, name } = w.session;
  const { files } = await client.request('session/diff', { session: id });
  w.rejected = files[0]?.path ?? '';
  const nvim = await startEditor({ sandbox: w.box, cwd: w.repo, cols: 140, rows: 30 });
  try {
    await nvim.feed(`:TempestDiff ${name}<CR>`);
    await nvim.waitForText(new RegExp(`${w.rejected} · main`));
    await nvim.command('wincmd b');
    await nvim.feed(':%TempestReject<CR>');
    const said = async () => /tempest: (.*)/.exec(await nvim.messages())?.[1];
    const answer = await until(said, { what: 'an answer' });
    if (!answer.includes('rejected: u in')) throw new Error(answer);
  } finally {
    await nvim.kill();
  }
}

/** Whether the file is as the base has it, though nobody has Neovim any more. */
export async function isRejected(client: Client, w: World): Promise<boolean> {
  const { files } = await client.request('session/diff', { session: w.session.id });
  return !files.some(({ path }) => path === w.rejected);
}
