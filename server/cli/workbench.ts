/** The whole workbench: data folder, store, chat server, a tap in front of each wire, the page, the operator's API. */
import type { Logger } from 'pino';
import { commandLine, dataOption } from '#client-cli/hints';
import { quoted } from '#protocol/shown';
import type { Policy } from '#chat/policy';
import type { WhosePiece, WireInfo } from '#dissect/page-stream';
import type { Suite } from '#channel/psk/suites';
import type { Defence } from '#runtime/defence/defence';
import { type WeakSuites, checkReach, weakNames, weakWithinReach } from '#runtime/sockets/loopback-only';
import type { ChatServer, ListenAddress, Stopwatch } from '#runtime/server';
import type { Pieces } from '#runtime/pieces';
import { startServer } from '#runtime/server';
import { isOrderly } from '#runtime/sockets/departure';
import { type Store, openStore } from '#store/store';
import { Recorder } from '#tap/recorder';
import { Stage } from '#attacks/stage/stage';
import { StandingFlows } from '#tap/step-in';
import { type Tap, startTap } from '#tap/tap';
import { healthProblems } from '#web/health';
import type { Classroom } from '#web/class/classroom';
import { Metrics } from '#web/metrics';
import { Live } from '#web/console/live';
import { LogRing } from '#web/console/log-ring';
import { Sampler } from '#web/console/sampler';
import { ConsoleSessions } from '#web/console/sessions';
import type { ConsoleLink } from '#web/operator/answers';
import type { Operator } from '#web/operator/routes';
import { type Web, startWeb } from '#web/web';
import type { WireName } from '#protocol/wires';
import { ConnectionSlots } from '#protocol/connection-slots';
import { announceAddresses } from './addresses.ts';
import { openClass } from './class.ts';
import { Credentials } from './credentials.ts';
import { type DataFolder, makeFolder, openDataFolder } from './data-folder.ts';
import { checkStart } from './doctor/start.ts';
import { lockFolder, lockPath } from './folder-lock.ts';
import { openFilesLimit, withinOpenFiles } from './open-files.ts';
import { operatorDesk } from './operator/desk.ts';
import { type Opened, type WantedPort, openPort } from './ports.ts';
import { type Listening, type Tapping, Wires } from './wires.ts';
import { DOCS_FOLDER, LAUNCHER, VERSION, WEB_FOLDER } from '#data-folder/project';

export interface WorkbenchOptions extends WeakSuites {
  readonly data: string;
  readonly wires: Readonly<Record<WireName, WantedPort>>;
  readonly web: WantedPort;
  readonly tap: boolean;
  readonly policy: Policy;
  readonly defence: Defence;
  /** Whether it is run for a class: who may do what is then decided by who it is. */
  readonly classroom?: boolean;
  readonly log: Logger;
  /** Where the log's newest records are, for the console. */
  readonly logRing?: LogRing | undefined;
  /** What stands in for parts of the server, and whose each part is. */
  readonly pieces?: LearnerPieces | undefined;
}

export interface LearnerPieces {
  readonly pieces: Pieces;
  readonly whose: readonly WhosePiece[];
}

export interface Workbench {
  readonly data: DataFolder;
  readonly wires: readonly Listening[];
  readonly web: {
    readonly address: ListenAddress;
    readonly url: string;
    readonly insteadOf: number | undefined;
  };
  /** A link that opens the console once. */
  readonly consoleLink: () => ConsoleLink;
  readonly recorder: Recorder | undefined;
  readonly classroom: Classroom | undefined;
  /** Suites that exist to be broken and are accepted all the same. */
  readonly weakSuites: readonly Suite[];
  /** Whether others than this machine can reach those. */
  readonly weakSuitesOnLan: boolean;
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

export const WEAK_ON_LAN =
  'others can reach weak suites: anyone on the network can read and forge what is sent with them';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type OnClose = (closer: () => Promise<unknown>) => void;

async function start(options: WorkbenchOptions, onClose: OnClose): Promise<Omit<Workbench, 'close'>> {
  const weakSuites = (options.suites ?? []).filter(({ weak }) => weak !== undefined);
  const exposed = weakBeyondThisMachine(options);
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
  const opened: Opening = {};
  // Closed last: until everyone has gone, it answers that the server is shutting down.
  onClose(async () => opened.web?.close());
  const recorder = options.tap ? new Recorder() : undefined;
  const attacks = new Stage(LAUNCHER);
  onClose(() => attacks.close());
  const parts = { attacks, data, store, recorder, opened, metrics: new Metrics(), sampler: new Sampler() };
  const { server, wires } = await startWires(options, parts, onClose);
  if (options.classroom) await startClass(parts, { server, wires }, onClose);
  const credentials = new Credentials(data, server, {
    host: options.web.host,
    log: options.log,
    moreKeys: () => opened.classroom?.roster.keys ?? [],
  });
  opened.credentials = credentials;
  credentials.renewMoreKeys();
  const sessions = new ConsoleSessions();
  const live = new Live({ ...parts, server, sessions, log: options.logRing ?? new LogRing() });
  const stopLive = live.start();
  onClose(async () => stopLive());
  const page = await startPage(options, { ...parts, server, wires, credentials, sessions, live });
  opened.web = page.result;
  onClose(() => page.result.leave());
  const stopKeepingFresh = credentials.keepFresh();
  onClose(async () => stopKeepingFresh());
  const { address, url } = page.result;
  const { listening } = wires;
  onClose(await announceAddresses(data.path, { wires: listening, url }));
  return {
    data,
    wires: listening,
    web: { address, url, insteadOf: page.insteadOf },
    consoleLink: () => newLink(sessions, page.result),
    recorder,
    classroom: opened.classroom,
    weakSuites,
    weakSuitesOnLan: exposed,
  };
}

async function startClass(
  { opened, data, ...parts }: Parts & { readonly attacks: Stage },
  running: Running,
  onClose: OnClose,
): Promise<void> {
  const { classroom, stop } = await openClass({
    ...parts,
    ...running,
    token: data.token,
    page: () => opened.web,
    keysChanged: () => opened.credentials?.renewMoreKeys(),
  });
  opened.classroom = classroom;
  onClose(stop);
}

/** Whether others can reach weak suites, which is logged. Throws when they could, and nobody has said that they may. */
function weakBeyondThisMachine(options: WorkbenchOptions): boolean {
  const hosts = Object.values(options.wires).map(({ host }) => host);
  hosts.forEach((host) => checkReach(options, host));
  const reached = weakWithinReach(options, hosts);
  if (reached) options.log.warn({ suites: weakNames(options) }, WEAK_ON_LAN);
  return reached;
}

/** What is there once it has been opened. */
interface Opening {
  web?: Web;
  credentials?: Credentials;
  classroom?: Classroom;
}

interface Parts {
  readonly opened: Opening;
  readonly data: DataFolder;
  readonly store: Store;
  readonly recorder: Recorder | undefined;
  readonly metrics: Metrics;
  readonly sampler: Sampler;
}

interface Running {
  readonly server: ChatServer;
  readonly wires: Wires;
}

async function startWires(options: WorkbenchOptions, parts: Parts, onClose: OnClose): Promise<Running> {
  const taps = new Map<WireName, Tap>();
  const server = await serve(options, parts, taps);
  server.audit({ ts: Date.now(), event: 'server.started', actor: 'server', detail: VERSION });
  const wires = new Wires({ server, weak: options, tapping: tappingOf(options, parts.recorder, taps) });
  // Runs after everyone has gone, and before the store closes.
  onClose(async () => server.audit({ ts: Date.now(), event: 'server.stopped', actor: 'server' }));
  onClose(() => wires.closeTaps());
  // Closed before the taps, because the server's goodbye must still pass them.
  onClose(() => server.close());
  await wires.open(options.wires);
  return { server, wires };
}

function serve(
  { log, policy, defence, suites, weakSuitesOnLan, pieces }: WorkbenchOptions,
  { data, store, recorder, metrics, sampler, opened }: Parts,
  taps: ReadonlyMap<WireName, Tap>,
): Promise<ChatServer> {
  return startServer({
    store,
    tls: data.tls,
    keys: data.keys,
    suites,
    weakSuitesOnLan,
    listen: {},
    log,
    policy,
    defence,
    pieces: pieces?.pieces,
    stopwatch: bothOf(metrics, sampler),
    tapped: recorder !== undefined,
    ...(recorder && {
      keyLog: (line, wire, port) =>
        recorder.secret(line, port === undefined ? undefined : taps.get(wire)?.flowOf(port)),
    }),
    ownerOf: (peer, wire) => opened.classroom?.ownerOf(peer, wire),
    flagFor: (keyId) => opened.classroom?.flags.flagFor(keyId),
    witness: {
      said: (session, message) => opened.classroom?.attacks.heard(session, message),
      gone: (session, departure) => {
        const end = { code: departure.code, isOrderly: isOrderly(departure) };
        opened.classroom?.attacks.gone(session, end);
      },
    },
    peerOf: (wire, { remotePort }) =>
      remotePort === undefined ? undefined : taps.get(wire)?.originOf(remotePort),
    onClosed: (wire, port) => taps.get(wire)?.serverGone(port),
  });
}

function bothOf(one: Stopwatch, other: Stopwatch): Stopwatch {
  return {
    committed: (messages, took) => {
      one.committed(messages, took);
      other.committed(messages, took);
    },
    delivered: (messages, took) => {
      one.delivered(messages, took);
      other.delivered(messages, took);
    },
  };
}

function tappingOf(
  { defence, log }: WorkbenchOptions,
  recorder: Recorder | undefined,
  taps: Map<WireName, Tap>,
): Tapping | undefined {
  if (!recorder) return undefined;
  const slots = tapSlots(defence);
  return {
    taps,
    start: (wire, listen, target) => startTap({ wire, listen, target, recorder, slots, log }),
  };
}

interface PageParts extends Parts, Running {
  readonly attacks: Stage;
  readonly credentials: Credentials;
  readonly sessions: ConsoleSessions;
  readonly live: Live;
}

function startPage({ web, log, tap, pieces }: WorkbenchOptions, parts: PageParts): Promise<Opened<Web>> {
  const { data, recorder, metrics, server, wires, credentials, live } = parts;
  const certificateEnds = (): number => credentials.certificateEnds;
  metrics.watch({ server, recorder, database: data.database, certificateEnds });
  const opened: { web?: Web } = {};
  return openPort('the page', web, async (address) => {
    opened.web = await startWeb({
      ...address,
      token: data.token,
      staticDir: WEB_FOLDER,
      docsDir: DOCS_FOLDER,
      version: VERSION,
      pieces: pieces?.whose,
      wires: wires.listening.map((row): WireInfo => ({ wire: row.wire, ...row.address, tapped: tap })),
      recorder,
      relay: credentials,
      data: dataOption(data.path) === '' ? undefined : data.path,
      attacks: parts.attacks,
      standing: recorder && new StandingFlows(() => wires.taps, recorder),
      classroom: parts.opened.classroom,
      operator: operatorOf(parts, web.host, () => opened.web),
      live,
      metrics,
      log,
    });
    return opened.web;
  });
}

function operatorOf(parts: PageParts, host: string, page: () => Web | undefined): Operator {
  const { data, store, server, credentials, sessions } = parts;
  return {
    token: data.operatorToken,
    server,
    counts: () => store.counts(),
    certificateEnds: () => credentials.certificateEnds,
    devices: () => page()?.devices ?? { count: 0, last: null },
    problems: async () => [
      // Without the path, because anyone may ask for the health.
      ...(store.displaced() === undefined ? [] : ['the database was deleted, moved away or replaced']),
      ...(await healthProblems(server, data.database)),
    ],
    desk: operatorDesk({ ...parts, data: data.path, host }),
    sessions,
    consoleLink: () => newLink(sessions, page()),
  };
}

function newLink(sessions: ConsoleSessions, page: Web | undefined): ConsoleLink {
  const { token, until } = sessions.newLink();
  return { url: page?.consoleLink(token) ?? '', until };
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
