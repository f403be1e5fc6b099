import { basename } from 'node:path';

// Set by npm for the script it runs, and either meant for that script alone or turning a plain `npm pack`
// into something else. The rest of npm_config_* is the user's own: registry, proxy, certificates.
const LIFECYCLE =
  /^(npm_(package|lifecycle)_.*|npm_(command|execpath|node_execpath)|npm_config_(global|workspaces?|include_workspace_root|local_prefix|dry_run|json|silent|loglevel|pack_destination))$/i;

/**
 * How to start npm, before its own arguments. It is npm's own JavaScript where npm started us: the same npm, and no
 * shell. Windows finds `npm.cmd` by a shell only.
 */
export function npmCommand(execpath: string | undefined = process.env.npm_execpath): {
  command: string;
  args: string[];
  shell: boolean;
} {
  if (execpath !== undefined && basename(execpath) === 'npm-cli.js') {
    return { command: process.execPath, args: [execpath], shell: false };
  }
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/** The environment for it: ours, without what npm set for the script that it runs. */
export function npmEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !LIFECYCLE.test(name)));
}
