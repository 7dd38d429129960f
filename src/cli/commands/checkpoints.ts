// `tempest checkpoints`
import type { Result } from '../../rpc/protocol.ts';
import { colorsFor } from '../colors.ts';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { age, oneLine, spent } from '../text.ts';
import { whichSession } from '../which.ts';

type Checkpoint = Result<'checkpoint/list'>['checkpoints'][number];

export const run: Handler<'checkpoints'> = async ({ args }, context) => {
  await withDaemon(context, async (daemon) => {
    const which = await whichSession(context, daemon, args.session);
    const answer = await daemon.request('checkpoint/list', which);
    if (context.json) return printJson(context, answer);
    const { dim } = colorsFor(context.stdout, context.env);
    const took = ({ usage }: Checkpoint) => (usage ? spent(usage) : '');
    const widest = Math.max(...answer.checkpoints.map((one) => took(one).length));
    const line = (checkpoint: Checkpoint) => {
      if (!context.stdout.isTTY) return plain(checkpoint);
      const { number, at, ending, prompt } = checkpoint;
      const when = age(at, Date.now()).padStart(4);
      const sum = widest > 0 ? `${took(checkpoint).padEnd(widest)}  ` : '';
      return `${String(number).padStart(4)}  ${when}  ${ending.padEnd(11)}  ${sum}${dim(oneLine(prompt))}`;
    };
    for (const checkpoint of answer.checkpoints) context.stdout.write(`${line(checkpoint)}\n`);
  });
};

/** Fields may be added at the end, never moved. */
function plain({ number, at, ending, prompt, usage }: Checkpoint): string {
  const sum = usage ? [usage.input + usage.output, usage.cost ?? ''] : ['', ''];
  return [number, at, ending, oneLine(prompt), ...sum].join('\t');
}
