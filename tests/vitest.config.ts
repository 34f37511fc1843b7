import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: '.',
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './tests/support/closing-line-reporter.ts'],
    // Only against what never ends: no test is about time, and a busy disk may make one slow.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: { name: 'embedded', include: ['tests/**/*.test.ts'], env: { TEST_STORES: 'embedded' } },
      },
      {
        extends: true,
        test: {
          name: 'cosmos',
          // What works with the stores in this process: again, with the adapter for Cosmos DB over its double.
          include: [
            'tests/cli/**/*.test.ts',
            'tests/endpoints/**/*.test.ts',
            'tests/jobs/**/*.test.ts',
            'tests/domain/announcements/{announcement-reader,release-gate,unannounced-version}.test.ts',
            'tests/domain/audit/read-log.test.ts',
            'tests/domain/backups/{generation-format,restoring-gate}.test.ts',
            'tests/domain/{commit-settlement,tenant-handle,tenant-handles}.test.ts',
          ],
          // These open no store, so they would only repeat.
          exclude: [
            'tests/endpoints/**/declared.test.ts',
            'tests/endpoints/openapi.test.ts',
            'tests/endpoints/pipeline/request-limits.test.ts',
            'tests/jobs/told-in-the-readme.test.ts',
            // Some 300,000 requests, more than half as many as all the others make: in the long run only.
            ...(process.env['LONG_RUN'] === undefined ? ['tests/jobs/simulated-year.test.ts'] : []),
          ],
          env: { TEST_STORES: 'cosmos' },
        },
      },
      {
        extends: true,
        test: {
          name: 'azure',
          // The service in a process of its own: again, on the doubles of all that it uses on Azure.
          include: ['tests/service/**/*.test.ts', 'tests/security/**/*.test.ts'],
          exclude: [
            // These name their stores themselves.
            'tests/service/azure-*.test.ts',
            'tests/service/refused-start.test.ts',
            // What a new user sees, who has one machine.
            'tests/service/{first-run,tour}.test.ts',
          ],
          env: { TEST_STORES: 'azure' },
        },
      },
    ],
  },
});
