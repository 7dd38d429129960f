// What would pull files or commits from under an agent is refused while a turn goes on, with a word on how that ends.
import { TempestError } from '../errors.ts';
import type { SessionRecord } from './record.ts';

type InTurn = Pick<SessionRecord, 'name' | 'status' | 'command' | 'question' | 'answerable'>;

/** `why` it may not be now. @throws TempestError `wrong-state` while the agent is at work, or waits for an answer. */
export function refuseInTurn(record: InTurn, why: string): void {
  if (record.status === 'working' || record.status === 'waiting') throw inTurn(record, why);
}

/** Why it may not be now, with what the person can do about it. */
export function inTurn(record: InTurn, why: string): TempestError {
  const { name, status } = record;
  return new TempestError('wrong-state', `${name} is ${status}: ${why}`, howItEnds(record));
}

function howItEnds({ name, status, command, question, answerable }: InTurn): string {
  if (status === 'waiting') {
    return answerable && question?.tool
      ? `Answer it first: \`tempest answer ${name} allow\`, or \`deny\`; \`a\` in \`:Tempest\`.`
      : `Answer it first, in its terminal: \`tempest attach ${name}\`, \`:TempestOpen ${name}\`.`;
  }
  const wait = `Wait for the end of its turn: \`tempest wait ${name}\`.`;
  if (command === null) return wait;
  return `${wait} A plain command may tell of none: \`tempest close ${name}\` ends it.`;
}
