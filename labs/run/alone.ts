/** A server made of nothing but the learner's files and Node, in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { SharedKey } from '#channel/psk/keys';
import { ROOT } from '#data-folder/project';
import type { Lesson } from '#judge/lesson';
import type { Identity } from '#runtime/pieces';
import { lessonByName } from '../lessons.ts';
import { bundle } from '../runner/bundle.ts';
import { type ProgressFile, labProgress } from '../runner/progress.ts';
import type { Workspace } from '../runner/workspace.ts';

/** The lab whose file starts the server. It imports those of the labs that it rests on. */
const LAB = '09-tls-chat';
export type Ports = Readonly<Record<'plain' | 'psk' | 'tls', number>>;

export interface AloneRequest {
  readonly workspace: Workspace;
  readonly progress: ProgressFile;
  /** Also when not all checks have passed. */
  readonly unfinished: boolean;
  readonly ports: Ports;
  readonly identity: Identity;
  readonly sharedKeys: readonly SharedKey[];
}

export interface AloneServer {
  readonly ports: Ports;
  /** Resolves when the process has ended, with its exit code or the name of the signal. */
  readonly ended: Promise<number | string>;
  /** Asks it to close everything, and ends it after a while if it has not. */
  stop(): Promise<void>;
}

/** Milliseconds in which a server must have closed everything. */
const CLOSE_TIME = 3_000;

const PORT = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const READY = v.object({ ports: v.object({ plain: PORT, psk: PORT, tls: PORT }) });

/** Rejects when a lab is missing or not passed, and when the server does not start; it has said why on stderr then. */
export async function startAlone(request: AloneRequest): Promise<AloneServer> {
  const { workspace, ports, identity, sharedKeys } = request;
  const { lesson, file } = await finished(request);
  const { code, map } = await bundle({ file, folder: workspace.folder, modules: lesson.modules });
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-server-'));
  const script = join(folder, 'server.cjs');
  // With the map, a stack trace names the learner's own lines.
  const mapUrl = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  await writeFile(script, `${code}\n//# sourceMappingURL=${mapUrl}\n`);
  // From the root: the built program is in another folder than this module.
  const child = fork(join(ROOT, 'labs', 'run', 'alone-host.js'), {
    execArgv: ['--enable-source-maps'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C reaches every process of a terminal: this one is told by its parent.
    detached: process.platform !== 'win32',
  });
  const ended = endOf(child, folder);
  // By message, because keys do not belong in arguments.
  child.send({
    script,
    options: { ports, ...identity, sharedKeys: sharedKeys.map(({ id, key }) => ({ id, key })) },
  });
  return { ports: await readyPorts(child, ended), ended, stop: () => stop(child, ended) };
}

async function finished({
  workspace,
  progress,
  unfinished,
}: AloneRequest): Promise<{ lesson: Lesson; file: string }> {
  const lesson = lessonByName(LAB);
  if (!lesson) throw new Error(`there is no lab ${LAB}`);
  const known = await progress.read();
  const needed = [...lesson.restsOn, LAB].map((name) => lessonByName(name) as Lesson);
  const missing = needed.filter(
    (each) =>
      workspace.fileOf(each) === undefined || (!unfinished && labProgress(known, each).passed === undefined),
  );
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const first = `npx wireglass lab check ${missing[0]?.name ?? ''} says what is missing`;
    const other = unfinished ? '' : '; --unfinished runs files whose checks have not passed';
    throw new Error(
      `a server of your own needs these labs, which are not done yet: ${names}. ${first}${other}`,
    );
  }
  return { lesson, file: workspace.fileOf(lesson) as string };
}

async function readyPorts(child: ChildProcess, ended: Promise<number | string>): Promise<Ports> {
  const message = once(child, 'message').then(([first]: unknown[]) => first);
  const first = await Promise.race([message, ended.then(() => undefined)]);
  const ready = v.safeParse(READY, first);
  if (ready.success) return ready.output.ports;
  child.kill('SIGKILL');
  if (first === undefined)
    throw new Error('your server ended before it was ready; what it said stands above');
  throw new Error(
    'startServer() did not give { ports: { plain, psk, tls } } with the ports that it listens on',
  );
}

async function endOf(child: ChildProcess, folder: string): Promise<number | string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  await rm(folder, { recursive: true, force: true });
  return code ?? signal ?? 1;
}

async function stop(child: ChildProcess, ended: Promise<number | string>): Promise<void> {
  if (child.connected) child.send({ kind: 'stop' });
  const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIME);
  await ended;
  clearTimeout(kill);
}
