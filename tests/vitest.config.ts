import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: '.',
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './tests/support/closing-line-reporter.ts'],
    // Only against what never ends: no test is about time, and a busy disk may make one slow.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
