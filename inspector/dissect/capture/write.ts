/**
 * Tap events as a pcapng file that other tools read. The bytes are those that crossed; the Ethernet, IP and TCP
 * around them are made up, because a forwarder in the path sees streams and not packets.
 */
import { EMPTY, concat } from '#protocol/bytes';
import type { WireName } from '#protocol/messages';
import type { Endpoint, TapEvent } from '../model.ts';
import { decryptionSecrets, enhancedPacket, interfaceDescription, sectionHeader } from '../pcap/blocks.ts';
import { SyntheticConnection } from '../pcap/synthetic-connection.ts';
import { parseSecretLine, secretLineText } from '../secrets/key-log-line.ts';

export interface PcapngOptions {
  /** False leaves the secrets out. Default true. */
  readonly keys?: boolean;
  /** A comment on the whole file, after our own. */
  readonly comment?: string;
  /** A comment on an event; the first packet that is written for the event carries it. */
  readonly commentOf?: (event: TapEvent) => string | undefined;
}

export const APPLICATION = 'Wireglass';

const COMMENT =
  'Bytes as they crossed a Wireglass tap. Ethernet, IP and TCP headers are synthesised around them; addresses, ports and times are real.';
/** Events to look at before a caller has a chance to do something else. */
const PAUSE_AFTER = 10_000;
/** The ends of a flow whose beginning was not seen. */
const UNKNOWN_ENDS = {
  client: { address: '192.0.2.1', port: 49_152 },
  server: { address: '192.0.2.2', port: 9 },
} as const;

interface Ends {
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/** The whole file. Flows without a beginning get made-up ends, flows that are still open get no end. */
export function writePcapng(events: Iterable<TapEvent>, options: PcapngOptions = {}): Uint8Array {
  return concat([...pcapngBlocks([...events], options)]);
}

/** The same file block by block, for a caller that cannot wait until all of it is made. A block may be empty. */
export function* pcapngBlocks(
  events: readonly TapEvent[],
  { keys = true, comment, commentOf }: PcapngOptions = {},
): Generator<Uint8Array> {
  const interfaces = new Interfaces();
  const packets = new PacketWriter(interfaces);
  yield* interfaces.describe(events);
  yield sectionHeader(APPLICATION, comment === undefined ? [COMMENT] : [COMMENT, comment]);
  yield* interfaces.blocks;
  yield EMPTY;
  // The secrets must come before the packets that they open.
  const secrets = keys ? secretLines(events) : '';
  if (secrets !== '') yield decryptionSecrets(secrets);
  for (const event of events) {
    packets.add(event, commentOf?.(event));
    yield* packets.take();
  }
}

class PacketWriter {
  readonly #blocks: Uint8Array[] = [];
  readonly #interfaces: Interfaces;
  readonly #connections = new Map<number, SyntheticConnection>();
  /** Time of the event whose packets are being written. */
  #now = 0;
  /** The comment for the next packet. */
  #comment: string | undefined;

  constructor(interfaces: Interfaces) {
    this.#interfaces = interfaces;
  }

  add(event: TapEvent, comment?: string): void {
    this.#now = event.time;
    this.#comment = comment;
    switch (event.kind) {
      case 'secret':
        return;
      case 'flow':
        return this.#connection(event.flow, event.wire, event).open();
      case 'chunk':
        return this.#connection(event.flow).data(event.dir, event.bytes);
      case 'gap':
        return this.#connection(event.flow).skip(event.dir, event.length);
      case 'end':
        return this.#connection(event.flow).end(event.dir, event.how);
    }
  }

  /** The packets that were added since the last time. */
  take(): Uint8Array[] {
    return this.#blocks.splice(0);
  }

  #write(interfaceId: number, packet: Uint8Array): void {
    this.#blocks.push(enhancedPacket({ interfaceId, packet, time: this.#now, comment: this.#comment }));
    this.#comment = undefined;
  }

  #connection(flow: number, wire?: WireName, ends?: Ends): SyntheticConnection {
    const known = this.#connections.get(flow);
    if (known) return known;
    const interfaceId = this.#interfaces.idOf(wire);
    const made = new SyntheticConnection(flow, ends ?? unknownEnds(flow), (packet) =>
      this.#write(interfaceId, packet),
    );
    this.#connections.set(flow, made);
    return made;
  }
}

/** One interface for each wire, so that a reader can tell them apart. */
class Interfaces {
  readonly blocks: Uint8Array[] = [];
  readonly #ids = new Map<string, number>();

  /** Notes the interfaces of all flows, in the order of their first events. Yields nothing but empty blocks, now and then. */
  *describe(events: readonly TapEvent[]): Generator<Uint8Array> {
    const flows = new Set<number>();
    for (const [at, event] of events.entries()) {
      if (at % PAUSE_AFTER === 0) yield EMPTY;
      if (event.kind === 'secret' || flows.has(event.flow)) continue;
      flows.add(event.flow);
      this.idOf(event.kind === 'flow' ? event.wire : undefined);
    }
  }

  idOf(wire: WireName | undefined): number {
    const name = wire ?? 'unknown';
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.blocks.length;
    this.blocks.push(interfaceDescription(name, `Wireglass tap, wire ${name}`));
    this.#ids.set(name, id);
    return id;
  }
}

function unknownEnds(flow: number): Ends {
  const port = UNKNOWN_ENDS.client.port + (flow % 16_000);
  return { ...UNKNOWN_ENDS, client: { ...UNKNOWN_ENDS.client, port } };
}

function secretLines(events: readonly TapEvent[]): string {
  const lines = new Set<string>();
  for (const event of events) {
    const parsed = event.kind === 'secret' ? parseSecretLine(event.line) : undefined;
    if (parsed) lines.add(`${secretLineText(parsed)}\n`);
  }
  return [...lines].join('');
}
