/** The workbench whole: data folder, store, chat server, a tap in front of each wire, and the page. */
import type { Logger } from 'pino';
import type { Policy } from '#chat/policy';
import type { WireInfo } from '#dissect/stream';
import type { Defence } from '#runtime/defence';
import type { ChatServer, ListenAddress } from '#runtime/server';
import { startServer } from '#runtime/server';
import { WIRES } from '#runtime/wires';
import { openStore } from '#store/store';
import { Recorder } from '#tap/recorder';
import { type Tap, startTap } from '#tap/tap';
import { startWeb } from '#web/web';
import type { WireName } from '#wire/messages';
import { announceAddresses } from './addresses.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type WantedPort, openPort } from './ports.ts';
import { VERSION, WEB_FOLDER } from './project.ts';

export interface WorkbenchOptions {
  readonly data: string;
  readonly wires: Readonly<Record<WireName, WantedPort>>;
  readonly web: WantedPort;
  readonly tap: boolean;
  readonly policy: Policy;
  readonly defence: Defence;
  readonly log: Logger;
}

/** Where something listens, and which port was wanted when that one was taken. */
export interface Listening {
  readonly wire: WireName;
  readonly address: ListenAddress;
  /** The server behind the tap; the same as `address` without one. */
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
  /** Tells the clients, stores what was accepted, closes everything. */
  close(): Promise<void>;
}

/** Rejects, with everything closed again, when a part cannot start. */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await start(options, (closer) => closers.push(closer))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type OnClose = (closer: () => Promise<unknown>) => void;

async function start(options: WorkbenchOptions, onClose: OnClose): Promise<Omit<Workbench, 'close'>> {
  const { log } = options;
  const data = await openDataFolder(options.data, options.web.host);
  const store = await openStore(data.database);
  onClose(() => store.close());
  const recorder = options.tap ? new Recorder() : undefined;
  const taps = new Map<WireName, Tap>();
  const serve = (listen: Partial<Record<WireName, ListenAddress>>): Promise<ChatServer> =>
    startServer({
      store,
      tls: data.tls,
      keys: data.keys,
      listen,
      log,
      policy: options.policy,
      defence: options.defence,
      ...(recorder && { keyLog: (line: string) => recorder.secret(line) }),
      peerOf: (wire, { remotePort }) =>
        remotePort === undefined ? undefined : taps.get(wire)?.originOf(remotePort),
    });
  const wires = recorder
    ? await startTapped(options, recorder, serve, taps, onClose)
    : await startUntapped(options, serve, onClose);
  const info = wires.map(({ wire, address }): WireInfo => ({ wire, ...address, tapped: options.tap }));
  const web = await openPort('the page', options.web, (address) =>
    startWeb({
      ...address,
      token: data.token,
      staticDir: WEB_FOLDER,
      version: VERSION,
      wires: info,
      recorder,
      relay: { ca: data.tls.ca, keys: data.keys },
      log,
    }),
  );
  onClose(() => web.result.close());
  const { address, url } = web.result;
  onClose(await announceAddresses(data.path, { wires, url }));
  return { data, wires, web: { address, url, insteadOf: web.insteadOf }, recorder };
}

type Serve = (listen: Partial<Record<WireName, ListenAddress>>) => Promise<ChatServer>;

/** The server on free loopback ports, and a tap on each port that clients know. */
async function startTapped(
  { wires, log }: WorkbenchOptions,
  recorder: Recorder,
  serve: Serve,
  taps: Map<WireName, Tap>,
  onClose: OnClose,
): Promise<Listening[]> {
  const inner = { host: '127.0.0.1', port: 0 };
  const server = await serve(Object.fromEntries(WIRES.map(({ name }) => [name, inner])));
  const listening: Listening[] = [];
  try {
    for (const { name: wire } of WIRES) {
      const target = server.addresses[wire] as ListenAddress;
      const { result: tap, insteadOf } = await openPort(`the ${wire} wire`, wires[wire], (listen) =>
        startTap({ wire, listen, target, recorder, log }),
      );
      taps.set(wire, tap);
      onClose(() => tap.close());
      listening.push({ wire, address: tap.address, server: target, insteadOf });
    }
  } finally {
    // Registered last, so closed first: the server's goodbye still has to pass the taps.
    onClose(() => server.close());
  }
  return listening;
}

async function startUntapped(
  { wires }: WorkbenchOptions,
  serve: Serve,
  onClose: OnClose,
): Promise<Listening[]> {
  const listening: Listening[] = [];
  const server = await serve({});
  onClose(() => server.close());
  for (const { name: wire } of WIRES) {
    const { result: address, insteadOf } = await openPort(`the ${wire} wire`, wires[wire], (listen) =>
      server.listen(wire, listen),
    );
    listening.push({ wire, address, server: address, insteadOf });
  }
  return listening;
}
