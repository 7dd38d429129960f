// `tempest answer`
import { TempestError } from '../../core/errors.ts';
import { type Handler, printJson } from '../context.ts';
import { withDaemon } from '../daemon.ts';
import { UsageError } from '../failure.ts';
import { oneLine } from '../text.ts';
import { whichSession } from '../which.ts';

export const run: Handler<'answer'> = async ({ options, args: { answer, session } }, context) => {
  if (answer !== 'allow' && answer !== 'deny') {
    throw new UsageError(`'${answer}' is no answer`, 'It is allow or deny.');
  }
  await withDaemon(context, async (daemon) => {
    const found = await daemon.request('session/get', await whichSession(context, daemon, session));
    const question = options.question ?? found.question?.id;
    if (question === undefined) {
      const doing = found.status === 'waiting' ? "doesn't say what it asks" : 'asks nothing';
      const hint = `Look at it: \`tempest attach ${found.name}\`.`;
      throw new TempestError('wrong-state', `${found.name} ${doing}`, hint);
    }
    const answered = await daemon.request('session/answer', {
      session: found.id,
      question,
      answer,
    });
    if (context.json) return printJson(context, answered);
    const { tool, text } = found.question ?? { tool: null, text: '' };
    const what = oneLine(`${tool ?? ''} ${text}`);
    if (context.stdout.isTTY)
      context.stdout.write(`${answer === 'allow' ? 'Allowed' : 'Denied'}: ${what}\n`);
  });
};
