/** Where the checks of lab 09 play: a core or a whole server of the learner's, and peers that come and go. */
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { randomBytes } from 'node:crypto';
import type { Bench } from '#judge/check';
import { CheckFailure, describe, fail } from '#judge/failure';
import { PieceObject, PieceThrew } from '#judge/piece';
import type { Random } from '#judge/random';
import { type Identities, NAME, identities } from '../10-mallory/world.ts';
import type { CoreWire, Fault } from '../runner/core-server.ts';
import { plainLayer, pskLayer, toyLayer } from './layers.ts';
import { Patience, Peer, Recorder, dial, dialTls } from './peers.ts';

const patiences = new WeakMap<PieceObject, Patience>();

/** The same for all checks of a run. */
export function patienceOf({ tools }: Bench): Patience {
  const patience = patiences.get(tools) ?? new Patience();
  patiences.set(tools, patience);
  return patience;
}

export const ACCEPTED = 'it was accepted';

export type PeerWire = CoreWire | 'psk';

export class Stage {
  readonly random: Random;
  readonly patience: Patience;
  readonly #ports: (wire: PeerWire) => Promise<number>;
  readonly #identities: Identities;
  readonly #key: SharedKey;
  readonly #closing: (() => void)[] = [];

  constructor({ bench, ports, all, key }: StageOptions) {
    this.random = bench.random;
    this.patience = patienceOf(bench);
    this.#ports = ports;
    this.#identities = all;
    this.#key = key;
  }

  port(wire: PeerWire): Promise<number> {
    return this.#ports(wire);
  }

  /** A peer that has said nothing yet. `port`: of something in between. */
  async peer(wire: PeerWire, port?: number): Promise<Peer> {
    const target = port ?? (await this.port(wire));
    const peer = await this.#dial(wire, target);
    this.#closing.push(() => peer.stream.destroy());
    return peer;
  }

  /** A member, and what it was welcomed with. */
  async member(wire: PeerWire, name: string, port?: number) {
    const peer = await this.peer(wire, port);
    const welcome = await peer.join(name, wire === 'toy' ? 'over a channel' : `on ${wire}`);
    return { peer, welcome };
  }

  /** A bare socket. */
  async socket(wire: PeerWire): Promise<Socket> {
    const socket = await dial(await this.port(wire));
    socket.on('data', () => undefined);
    this.#closing.push(() => socket.destroy());
    return socket;
  }

  /** Throws `CheckFailure` when a client that trusts the CA does not accept the server. */
  async tls(options: ConnectionOptions = {}, port?: number) {
    const { ca } = this.#identities;
    try {
      const target = port ?? (await this.port('tls'));
      const dialled = await dialTls(target, { ca, servername: NAME, ...options });
      this.#closing.push(() => dialled.socket.destroy());
      return dialled;
    } catch (error) {
      if (error instanceof CheckFailure) throw error;
      const { message, code } = error as NodeJS.ErrnoException;
      const limit =
        options.maxVersion === undefined ? '' : ` and speaks nothing newer than ${options.maxVersion}`;
      return fail({
        what: `a TLS client that trusts the CA${limit} cannot connect`,
        expected: `a handshake${limit && ' of its version'}, with the certificate that createTlsListener was given`,
        got: code ?? message,
      });
    }
  }

  /** What becomes of a TLS client with these options: `ACCEPTED`, or the code of its error. */
  async answerToTls(options: ConnectionOptions): Promise<string> {
    const { ca } = this.#identities;
    // It does not look at the certificate, so that only the server can refuse.
    const all = { ca, servername: NAME, rejectUnauthorized: false, ...options };
    return dialTls(await this.port('tls'), all).then(
      ({ socket }) => (socket.destroy(), ACCEPTED),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
  }

  async recorder(wire: PeerWire): Promise<{ readonly port: number; readonly recorder: Recorder }> {
    const recorder = new Recorder(await this.port(wire));
    this.#closing.push(() => recorder.close());
    return { port: await recorder.listen(), recorder };
  }

  /** Two members talk: whatever happened before must not have harmed them. */
  async mustTalk(ana: Peer, bob: Peer, after: string): Promise<void> {
    const text = `${this.random.word(9)} ü€`;
    ana.send({ type: 'say', text });
    await ana.next('ack', `to the author of a message ${after}`);
    await bob.next('message', `to another member ${after}`, (message) => message.text === text);
  }

  leave(): void {
    for (const close of this.#closing) close();
  }

  async #dial(wire: PeerWire, port: number): Promise<Peer> {
    const { patience } = this;
    if (wire === 'tls') {
      const { socket, raw } = await this.tls({}, port);
      return new Peer(socket, { raw, layer: plainLayer(), patience });
    }
    const layers = { plain: plainLayer, toy: toyLayer, psk: () => pskLayer(this.#key) };
    return new Peer(await dial(port), { layer: layers[wire](), patience });
  }
}

interface SharedKey {
  readonly id: string;
  readonly key: Uint8Array;
}

interface StageOptions {
  readonly bench: Bench;
  readonly ports: (wire: PeerWire) => Promise<number>;
  readonly all: Identities;
  readonly key: SharedKey;
}

function newKey(): SharedKey {
  return { id: 'demo', key: Uint8Array.from(randomBytes(32)) };
}

/** Runs a check with a new core behind these wires. */
export function withCore(
  wires: readonly CoreWire[],
  run: (stage: Stage) => Promise<void>,
): (bench: Bench) => Promise<void> {
  return async (bench) => {
    const all = await identities();
    const core = await setUp(bench, 'serveCore', wires, all.server);
    const ports = async (wire: PeerWire): Promise<number> => (await core.call('port', wire)) as number;
    const stage = new Stage({ bench, ports, all, key: newKey() });
    try {
      await run(stage);
      await mustBeFaultless(core);
    } catch (error) {
      // What nothing has caught explains what the peers saw.
      await mustBeFaultless(core);
      throw error;
    } finally {
      stage.leave();
      await core.call('close');
    }
  };
}

async function mustBeFaultless(core: PieceObject): Promise<void> {
  const [fault] = (await core.call('faults')) as Fault[];
  if (!fault) return;
  const { from, thrown } = fault;
  if (from === 'attach') throw new PieceThrew('attach()', thrown);
  const { name, message } = thrown;
  const what = `nothing catches an error, and that ends the whole server: ${name}: ${message.trim()}`;
  throw new CheckFailure({ what, expected: 'only the connection that the error is about ends', thrown });
}

/** A whole server of the learner's that runs. */
export class WholeServer {
  readonly ports: Ports;
  readonly key: SharedKey;
  readonly #server: PieceObject;
  readonly #patience: Patience;
  #isClosed = false;

  constructor(server: PieceObject, ports: Ports, key: SharedKey, patience: Patience) {
    this.#server = server;
    this.ports = ports;
    this.key = key;
    this.#patience = patience;
  }

  /** Throws `CheckFailure` when it never ends. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const outcome = this.#server.call('close');
    let isOver = false;
    const over = (): void => void (isOver = true);
    outcome.then(over, over);
    await this.#patience.until(
      () => isOver,
      () => ({
        what: 'close() has not resolved',
        expected: 'it resolves when every connection has ended, also one whose TLS handshake is not done',
      }),
    );
    await outcome;
  }
}

export type Ports = Readonly<Record<'plain' | 'psk' | 'tls', number>>;
const ANY: Ports = { plain: 0, psk: 0, tls: 0 };

/** Starts the learner's server. */
export async function startWhole(bench: Bench, asked: Ports = ANY): Promise<WholeServer> {
  const { server: identity } = await identities();
  const key = newKey();
  const other = { id: 'old', key: Uint8Array.from(randomBytes(32)) };
  const server = await setUp(bench, 'startServer', {
    ports: asked,
    ...identity,
    sharedKeys: [other, key],
  });
  const ports = (await server.call('ports')) as Ports | undefined;
  const isPort = (port: unknown): boolean => typeof port === 'number' && port > 0 && port < 65_536;
  const whole = new WholeServer(server, ports as Ports, key, patienceOf(bench));
  if (isPort(ports?.plain) && isPort(ports?.psk) && isPort(ports?.tls)) return whole;
  await whole.close();
  return fail({
    what: 'startServer() does not say on which ports it listens',
    expected: 'ports: { plain, psk, tls }, each with a number above 0',
    got: describe(ports),
  });
}

/** Runs a check with the learner's whole server. */
export function withServer(
  run: (stage: Stage, server: WholeServer) => Promise<void>,
): (bench: Bench) => Promise<void> {
  return async (bench) => {
    const all = await identities();
    const server = await startWhole(bench);
    const ports = async (wire: PeerWire): Promise<number> => server.ports[wire === 'toy' ? 'plain' : wire];
    const stage = new Stage({ bench, ports, all, key: server.key });
    try {
      await run(stage, server);
    } finally {
      stage.leave();
      await server.close();
    }
  };
}

async function setUp(
  { tools }: Bench,
  tool: 'serveCore' | 'startServer',
  ...args: readonly unknown[]
): Promise<PieceObject> {
  try {
    const served = await tools.call(tool, ...args);
    return served instanceof PieceObject ? served : fail('the server could not be started');
  } catch (error) {
    if (!(error instanceof PieceThrew)) throw error;
    throw new PieceThrew(tool === 'startServer' ? 'startServer()' : 'setting up the server', error.thrown);
  }
}
