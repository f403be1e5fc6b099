import { expect, test } from 'vitest';
import { workerEnvironment } from './worker-machine.ts';

const script = (block: string) => `#!/bin/bash
set -eu
${block}
systemctl start classifycloud-worker
`;

test('the environment is what the user data writes to worker.env', () => {
  const userData = script(`cat > /etc/classifycloud/worker.env <<'END'
BUCKET=results
ECHO_MS=
ALLOWED_PRIVATE_HOSTS=127.0.0.1:80,a=b:81
END
echo OTHER=1`);
  expect(workerEnvironment(userData)).toEqual({
    BUCKET: 'results',
    ECHO_MS: '',
    ALLOWED_PRIVATE_HOSTS: '127.0.0.1:80,a=b:81',
  });
});

test('a launch template that writes none is an error, not an empty environment', () => {
  expect(() => workerEnvironment(script('true'))).toThrow('worker.env');
});
