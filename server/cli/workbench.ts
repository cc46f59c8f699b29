/** The whole workbench: data folder, store, chat server, a tap in front of each wire, the page, the operator's API. */
import type { Logger } from 'pino';
import { commandLine, dataOption } from '#client-cli/hints';
import { quoted } from '#protocol/shown';
import type { Policy } from '#chat/policy';
import type { WhosePiece, WireInfo } from '#dissect/page-stream';
import { SOUND_SUITES, type Suite } from '#channel/psk/suites';
import type { Defence } from '#runtime/defence/defence';
import { checkReach } from '#runtime/sockets/loopback-only';
import type { ChatServer, ListenAddress } from '#runtime/server';
import type { Pieces } from '#runtime/pieces';
import { startServer } from '#runtime/server';
import { type Store, openStore } from '#store/store';
import { Recorder } from '#tap/recorder';
import { type Tap, startTap } from '#tap/tap';
import { healthProblems } from '#web/health';
import { Metrics } from '#web/metrics';
import { type Web, startWeb } from '#web/web';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { ConnectionSlots } from '#protocol/connection-slots';
import { announceAddresses } from './addresses.ts';
import { Credentials } from './credentials.ts';
import { type DataFolder, makeFolder, openDataFolder } from './data-folder.ts';
import { checkStart } from './doctor/start.ts';
import { lockFolder, lockPath } from './folder-lock.ts';
import { openFilesLimit, withinOpenFiles } from './open-files.ts';
import { type Opened, type WantedPort, openPort } from './ports.ts';
import { DOCS_FOLDER, VERSION, WEB_FOLDER } from '#data-folder/project';

export interface WorkbenchOptions {
  readonly data: string;
  readonly wires: Readonly<Record<WireName, WantedPort>>;
  readonly web: WantedPort;
  readonly tap: boolean;
  readonly policy: Policy;
  readonly defence: Defence;
  /** Suites of the psk wires; by default every sound one. Weak ones only where `wires` are on loopback. */
  readonly suites?: readonly Suite[] | undefined;
  readonly log: Logger;
  /** What stands in for parts of the server, and whose each part is. */
  readonly pieces?: LearnerPieces | undefined;
}

export interface LearnerPieces {
  readonly pieces: Pieces;
  readonly whose: readonly WhosePiece[];
}

/** Where a wire listens, and which port was wanted if that one was in use. */
export interface Listening {
  readonly wire: WireName;
  readonly address: ListenAddress;
  /** The server behind the tap; without a tap the same as `address`. */
  readonly server: ListenAddress;
  readonly insteadOf: number | undefined;
}

export interface Workbench {
  readonly data: DataFolder;
  readonly wires: readonly Listening[];
  readonly web: {
    readonly address: ListenAddress;
    readonly url: string;
    readonly insteadOf: number | undefined;
  };
  readonly recorder: Recorder | undefined;
  /** Suites that exist to be broken and are accepted all the same. */
  readonly weakSuites: readonly Suite[];
  /** Tells the clients, stores what was accepted, and closes everything. Rejects if any of that failed. */
  close(): Promise<void>;
}

/** Rejects, with everything closed again, if a part cannot start. */
export async function startWorkbench(given: WorkbenchOptions): Promise<Workbench> {
  const options = {
    ...given,
    defence: withinOpenFiles(given.defence, { ...given, limit: openFilesLimit() }),
  };
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    // If closing one part fails, as on a disk that has become read-only, the rest is still closed.
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new Error(failures.map(messageOf).join('; '), { cause: failures[0] });
  };
  try {
    return { ...(await start(options, (closer) => closers.push(closer))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type OnClose = (closer: () => Promise<unknown>) => void;

async function start(options: WorkbenchOptions, onClose: OnClose): Promise<Omit<Workbench, 'close'>> {
  const { suites = SOUND_SUITES } = options;
  for (const { host } of Object.values(options.wires)) checkReach(suites, host);
  const folder = await makeFolder(options.data);
  onClose(await lockFolder(folder));
  const context = { data: folder, now: Date.now(), environment: process.env };
  await checkStart(context, (text) => options.log.warn(text));
  const data = await openDataFolder(folder, options.web.host);
  const store = await openStore(data.database, {
    otherFiles: [lockPath(folder)],
    onOddity: (text) => options.log.warn(text),
    restoring: (copy) => commandLine(`restore ${quoted(copy)}`, folder),
    onDisplaced: (text) => options.log.error({ code: 'storage_failed' }, text),
  });
  onClose(() => store.close());
  const opened: { web?: Web } = {};
  // Closed last: until everyone has gone, it answers that the server is shutting down.
  onClose(async () => opened.web?.close());
  const metrics = new Metrics();
  const recorder = options.tap ? new Recorder() : undefined;
  const { server, wires } = await startWires(options, { data, store, recorder, metrics }, onClose);
  const credentials = new Credentials(data, server, { host: options.web.host, log: options.log });
  const page = await startPage(options, { data, store, recorder, metrics, server, wires, credentials });
  opened.web = page.result;
  onClose(() => page.result.leave());
  const stopKeepingFresh = credentials.keepFresh();
  onClose(async () => stopKeepingFresh());
  const { address, url } = page.result;
  const weakSuites = suites.filter(({ weak }) => weak !== undefined);
  onClose(await announceAddresses(data.path, { wires, url }));
  return { data, wires, web: { address, url, insteadOf: page.insteadOf }, recorder, weakSuites };
}

interface Parts {
  readonly data: DataFolder;
  readonly store: Store;
  readonly recorder: Recorder | undefined;
  readonly metrics: Metrics;
}

interface Wires {
  readonly server: ChatServer;
  readonly wires: readonly Listening[];
}

function startWires(
  options: WorkbenchOptions,
  { data, store, recorder, metrics }: Parts,
  onClose: OnClose,
): Promise<Wires> {
  const { log, policy, defence, suites } = options;
  const taps = new Map<WireName, Tap>();
  const serve = async (listen: Partial<Record<WireName, ListenAddress>>): Promise<ChatServer> => {
    const server = await startServer({
      store,
      tls: data.tls,
      keys: data.keys,
      suites,
      listen,
      log,
      policy,
      defence,
      pieces: options.pieces?.pieces,
      onCommit: metrics.commit,
      tapped: recorder !== undefined,
      ...(recorder && { keyLog: (line: string) => recorder.secret(line) }),
      peerOf: (wire, { remotePort }) =>
        remotePort === undefined ? undefined : taps.get(wire)?.originOf(remotePort),
      onClosed: (wire, port) => taps.get(wire)?.serverGone(port),
    });
    server.audit({ ts: Date.now(), event: 'server.started', actor: 'server', detail: VERSION });
    // Runs after everyone has gone, and before the store closes.
    onClose(async () => server.audit({ ts: Date.now(), event: 'server.stopped', actor: 'server' }));
    return server;
  };
  return recorder
    ? startTapped(options, recorder, serve, taps, onClose)
    : startUntapped(options, serve, onClose);
}

function startPage(
  { web, log, tap, pieces }: WorkbenchOptions,
  {
    data,
    store,
    recorder,
    metrics,
    server,
    wires,
    credentials,
  }: Parts & Wires & { credentials: Credentials },
): Promise<Opened<Web>> {
  const counts = () => store.counts();
  const certificateEnds = (): number => credentials.certificateEnds;
  metrics.watch({ server, recorder, database: data.database, certificateEnds });
  return openPort('the page', web, (address) =>
    startWeb({
      ...address,
      token: data.token,
      staticDir: WEB_FOLDER,
      docsDir: DOCS_FOLDER,
      version: VERSION,
      pieces: pieces?.whose,
      wires: wires.map((row): WireInfo => ({ wire: row.wire, ...row.address, tapped: tap })),
      recorder,
      relay: credentials,
      data: dataOption(data.path) === '' ? undefined : data.path,
      operator: {
        token: data.operatorToken,
        server,
        counts,
        certificateEnds,
        renew: () => credentials.renew(),
        problems: async () => [
          // Without the path, because anyone may ask for the health.
          ...(store.displaced() === undefined ? [] : ['the database was deleted, moved away or replaced']),
          ...(await healthProblems(server, data.database)),
        ],
      },
      metrics,
      log,
    }),
  );
}

type Serve = (listen: Partial<Record<WireName, ListenAddress>>) => Promise<ChatServer>;

/** Starts the server on free loopback ports, and a tap on each port that clients use. */
async function startTapped(
  { wires, defence, log }: WorkbenchOptions,
  recorder: Recorder,
  serve: Serve,
  taps: Map<WireName, Tap>,
  onClose: OnClose,
): Promise<Wires> {
  const inner = { host: '127.0.0.1', port: 0 };
  const server = await serve(Object.fromEntries(WIRE_NAMES.map((wire) => [wire, inner])));
  const listening: Listening[] = [];
  const slots = tapSlots(defence);
  try {
    for (const wire of WIRE_NAMES) {
      const target = server.addresses[wire] as ListenAddress;
      const { result: tap, insteadOf } = await openPort(`the ${wire} wire`, wires[wire], (listen) =>
        startTap({ wire, listen, target, recorder, slots, log }),
      );
      taps.set(wire, tap);
      onClose(() => tap.close());
      listening.push({ wire, address: tap.address, server: target, insteadOf });
    }
  } finally {
    // Registered last, so closed first: the server's goodbye must still pass the taps.
    onClose(() => server.close());
  }
  return { server, wires: listening };
}

/** Connections above the server's caps that the taps still let through, so that the server can refuse them in words. */
const REFUSALS_AT_ONCE = 16;

/** All taps count together, as the server's caps apply to all wires together. */
function tapSlots({ connections, connectionsPerAddress }: Defence): ConnectionSlots {
  return new ConnectionSlots({
    total: connections + REFUSALS_AT_ONCE,
    perNetwork: connectionsPerAddress + REFUSALS_AT_ONCE,
  });
}

async function startUntapped({ wires }: WorkbenchOptions, serve: Serve, onClose: OnClose): Promise<Wires> {
  const listening: Listening[] = [];
  const server = await serve({});
  onClose(() => server.close());
  for (const wire of WIRE_NAMES) {
    const { result: address, insteadOf } = await openPort(`the ${wire} wire`, wires[wire], (listen) =>
      server.listen(wire, listen),
    );
    listening.push({ wire, address, server: address, insteadOf });
  }
  return { server, wires: listening };
}
