import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{handlers,scaler,worker,shared,local,client,scripts,web,training}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Two cores: a test file that starts the whole service wants them to itself.
    maxWorkers: 2,
  },
});
