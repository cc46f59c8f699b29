/** The processes of the bench: every server and every load runs in one of its own, and they talk in lines of JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Kind, Usage } from './contract.ts';

const psk = randomBytes(32).toString('hex');

/** Lines that the process answers with, one for each line that it is sent. */
export interface Partner {
  /** Sends a value, if there is one, and resolves with the next line. Rejects when the process ends without one. */
  ask<T>(value?: object): Promise<T>;
  /** Ends its standard input and resolves when it has gone. */
  end(): Promise<void>;
  kill(): void;
}

export interface ServerUnderTest {
  readonly port: number;
  /** PEM of the CA, for TLS. */
  readonly ca: string;
  readonly psk: string;
  /** What it has used so far. */
  usage(): Promise<Usage>;
  end(): Promise<void>;
  /** As `kill -9` does. */
  kill(): void;
}

export interface ServerSettings {
  /** With joins, a bare server only answers. */
  readonly mode?: 'joins';
  /** Where our own server keeps its files; by default in a new folder. */
  readonly folder?: string;
  /** By default a free one. */
  readonly port?: number;
}

/** Starts one server, `server.ts`, and resolves when it listens. */
export async function startServerOf(
  kind: Kind,
  { mode, folder = '', port: wanted = 0 }: ServerSettings = {},
): Promise<ServerUnderTest> {
  const server = startProcess('server.ts', mode ? [kind, mode] : [kind], {
    ...process.env,
    BENCH_PSK: psk,
    BENCH_FOLDER: folder,
    BENCH_PORT: String(wanted),
  });
  const { port, ca } = await server.ask<{ port: number; ca: string }>();
  const usage = () => server.ask<Usage>({});
  return { port, ca, psk, usage, end: () => server.end(), kill: () => server.kill() };
}

export function startProcess(
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Partner {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]();
  return {
    async ask<T>(value?: object): Promise<T> {
      if (value) child.stdin?.write(`${JSON.stringify(value)}\n`);
      const line = await lines.next();
      if (line.done) throw new Error(`${file} ${args.join(' ')} ended without an answer`);
      return JSON.parse(line.value) as T;
    },
    kill: () => void child.kill('SIGKILL'),
    async end(): Promise<void> {
      child.stdin?.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
