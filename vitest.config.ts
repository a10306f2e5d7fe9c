import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most of these tests wait, for a clock or for another process. Vitest itself would leave one processor idle.
    maxWorkers: '100%',
    projects: [
      // Half of their time would go into loading the same modules anew for each file: they share them.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 120_000, isolate: false } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000 } },
      {
        test: { name: 'faults', include: ['test/faults/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 60_000 },
      },
      // What takes minutes: `npm run test:long`. `npm test` leaves it out.
      {
        test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 1_200_000, hookTimeout: 120_000 },
      },
    ],
  },
});
