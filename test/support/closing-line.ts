// A reporter that ends with what failed, and in one last line with how many tests passed, failed and were skipped.
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestModule } from 'vitest/node';

/** Before each line of what failed, so that `.ci/run` finds them in a long log. */
const mark = '✗ ';
/** Lines of one failure, which may hold a whole screen. */
const mostLines = 80;

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const failures: string[] = [];
    const tell = (name: string, errors: Failures) =>
      failures.push(...errors.flatMap((error) => [name, ...linesOf(error)]));
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state, errors = [] } = test.result();
        if (state !== 'pending') counts[state] += 1;
        tell(`${module.relativeModuleId} > ${test.fullName}`, errors);
      }
      // A file that failed before its tests were known counts, too.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
      tell(module.relativeModuleId, module.errors());
    }
    const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    process.once('exit', () => {
      for (const text of failures) console.log(`${mark}${text}`);
      console.log(line);
    });
  }
}

type Failures = readonly ReturnType<TestModule['errors']>[number][];

function linesOf({ message, diff, stack = '' }: Failures[number]): string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at .*\/test\//.test(line));
  const text = [message, diff ?? '', ...frames].join('\n');
  const lines = stripVTControlCharacters(text).split('\n').filter(Boolean);
  return lines.slice(0, mostLines).map((line) => `    ${line}`);
}
