import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: '.',
  test: {
    include: ['tests/prove/*.prove.ts'],
    reporters: ['default', './tests/support/closing-line-reporter.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
