// A reporter that says in one last line how many tests passed, failed and were skipped.
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  private line = '';

  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== 'pending') counts[state] += 1;
      }
      // A file that failed before its tests were known counts, too.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
    }
    this.line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    process.once('exit', () => console.log(this.line));
  }
}
