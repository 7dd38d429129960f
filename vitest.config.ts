import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real agent CLIs are downloads of hundreds of megabytes: `npm run test:agents`.
    exclude: [...configDefaults.exclude, 'test/agents/**'],
    reporters: ['default', './test/support/closing-line.ts'],
    globalSetup: ['test/support/setup.ts'],
    // Real editors and terminals on a small machine: time limits are there for hangs only.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
