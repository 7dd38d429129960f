import { configDefaults, defineConfig } from 'vitest/config';
import { testMs } from './test/support/limits.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real agent CLIs are downloads of hundreds of megabytes: `npm run test:agents`.
    exclude: [...configDefaults.exclude, 'test/agents/**'],
    reporters: ['default', './test/support/closing-line.ts'],
    globalSetup: ['test/support/setup.ts'],
    testTimeout: testMs,
    hookTimeout: testMs,
    maxWorkers: 2,
  },
});
