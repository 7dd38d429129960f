// Looks at the configuration: a mistake in it, or a key that means nothing, is easily overlooked.
import { TempestError } from '../errors.ts';
import { type Examination, problem } from './finding.ts';

export const examineConfig: Examination = async ({ deps }) => {
  try {
    const { warnings } = await deps.config();
    return warnings.map((text) => problem(text, 'Look for a slip of the pen: it has no effect.'));
  } catch (error) {
    if (!(error instanceof TempestError)) throw error;
    return [problem(error.message, error.hint)];
  }
};
