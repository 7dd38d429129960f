// `tempest checkpoints`
import type { Result } from '../../rpc/protocol.ts';
import { colorsFor } from '../colors.ts';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { age, oneLine } from '../text.ts';
import { whichSession } from '../which.ts';

type Checkpoint = Result<'checkpoint/list'>['checkpoints'][number];

export const run: Handler<'checkpoints'> = async ({ args }, context) => {
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const answer = await daemon.request('checkpoint/list', which);
    if (context.json) return printJson(context, answer);
    const { dim } = colorsFor(context.stdout, context.env);
    const line = ({ number, at, ending, prompt }: Checkpoint) => {
      if (!context.stdout.isTTY) return [number, at, ending, oneLine(prompt)].join('\t');
      const when = age(at, Date.now()).padStart(4);
      return `${String(number).padStart(4)}  ${when}  ${ending.padEnd(11)}  ${dim(oneLine(prompt))}`;
    };
    for (const checkpoint of answer.checkpoints) context.stdout.write(`${line(checkpoint)}\n`);
  });
};
