/**
 * How the process of a piece is confined. Node's permission model everywhere: no files, no programs, no threads. Where
 * bubblewrap works, namespaces besides: an empty file system but for Node, and no network where the lab needs none.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { homedir } from 'node:os';

export type Confinement = 'bubblewrap' | 'node permissions';

/** In words, for people. */
export const CONFINEMENTS: Readonly<Record<Confinement, string>> = {
  bubblewrap: 'in a sandbox (bubblewrap) and with the permissions of Node',
  'node permissions': 'with the permissions of Node only: bubblewrap does not work on this machine',
};

export interface Confined {
  readonly command: string;
  readonly args: readonly string[];
  readonly confinement: Confinement;
}

export interface ConfineRequest {
  /** The project: its `node_modules` can be read, the rest of it cannot. */
  readonly root: string;
  /** Needs to listen and to connect on this machine. */
  readonly network: boolean;
  /** Imports a package with native code. */
  readonly addons: boolean;
  readonly memory: number;
  /** Whether bubblewrap is used where it works. */
  readonly sandbox: boolean;
}

let works: boolean | undefined;

/** Whether bubblewrap is here and may be used. Ubuntu 24.04, for one, forbids it unless it is told otherwise. */
function bubblewrapWorks(): boolean {
  if (process.platform !== 'linux') return false;
  works ??=
    spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-all', '--die-with-parent', 'true'], {
      stdio: 'ignore',
      timeout: 5_000,
    }).status === 0;
  return works;
}

/** The command line of a Node that reads its script from standard input. */
export function confine(request: ConfineRequest): Confined {
  const node = [process.execPath, ...nodeFlags(request), '-'] as const;
  const without: Confined = { command: node[0], args: node.slice(1), confinement: 'node permissions' };
  if (!request.sandbox || !bubblewrapWorks()) return without;
  const args = ['--die-with-parent', ...namespaces(request), ...files(request), '--', ...node];
  return { command: 'bwrap', args, confinement: 'bubblewrap' };
}

const MIB = 1 << 20;

function nodeFlags({ root, addons, memory }: ConfineRequest): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  return [
    // Its name changed when it was no longer an experiment (Node 22.13 and 23.5).
    known.has('--permission') ? '--permission' : '--experimental-permission',
    `--allow-fs-read=${join(root, 'node_modules', '*')}`,
    ...(addons && known.has('--allow-addons') ? ['--allow-addons'] : []),
    `--max-old-space-size=${Math.floor(memory / MIB)}`,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--stack-trace-limit=50',
  ];
}

function namespaces({ network }: ConfineRequest): string[] {
  const all = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'];
  return network ? all : [...all, '--unshare-net'];
}

/** Everything can be read but homes, temporary files and the project, with Node and its packages put back. */
function files({ root }: ConfineRequest): string[] {
  const node = dirname(dirname(process.execPath));
  const packages = join(root, 'node_modules');
  return [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...[...new Set([homedir(), '/tmp', root])].flatMap((path) => ['--tmpfs', path]),
    ...['--ro-bind', node, node, '--ro-bind', packages, packages],
    ...['--chdir', '/'],
  ];
}
