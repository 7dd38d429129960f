// `npm run test:agents`: the agents' real CLIs, installed into a cache, against a stand-in for the model.
import { defineConfig } from 'vitest/config';
import { testMs } from './test/support/limits.ts';

export default defineConfig({
  test: {
    include: ['test/agents/**/*.test.ts'],
    globalSetup: ['test/agents/setup.ts'],
    reporters: ['default', './test/agents/table.ts', './test/support/closing-line.ts'],
    testTimeout: testMs,
    hookTimeout: testMs,
    maxWorkers: 1,
  },
});
