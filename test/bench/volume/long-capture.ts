/**
 * A capture file of any size: TLS 1.3 connections that began over real sockets and go on with records sealed under
 * their real keys, taking turns. None of it is held in memory.
 */
import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { type WriteStream, createWriteStream } from 'node:fs';
import { Dissection } from '#dissect/index';
import type { Endpoint, TapEvent, WireRecord } from '#dissect/model';
import { decryptionSecrets, enhancedPacket, interfaceDescription, sectionHeader } from '#dissect/pcap/blocks';
import { SyntheticConnection } from '#dissect/pcap/synthetic-connection';
import { parseSecretLine } from '#dissect/secrets/key-log-line';
import { type TrafficKeys, trafficKeys } from '#dissect/tls/schedule';
import { concat, fromHex, writeUint } from '#protocol/bytes';
import { type Credentials, tlsConversation } from '../../support/flows/tls-conversation.ts';
import { chatFrames, shortFrames } from '../dissection/traffic.ts';

export interface LongCapture {
  readonly flows: number;
  /** Bytes of frames in all flows together. */
  readonly bytes: number;
  /** Only short messages: many records for the same number of bytes. */
  readonly short?: boolean;
  /** Where the file holds the secrets. */
  readonly secrets: 'first' | 'last';
}

const CHOICE = { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384' } as const;
const APPLICATION_DATA = 0x17;
const TAG_LENGTH = 16;
/** Records of one flow before it is the next one's turn. */
const TURN = 20;
const SERVER: Endpoint = { address: '192.0.2.2', port: 5557 };

/** One side of a connection that goes on. */
interface Talk {
  readonly connection: SyntheticConnection;
  readonly keys: TrafficKeys;
  sequence: number;
}

/** Writes the file. */
export async function writeLongCapture(
  file: string,
  credentials: Credentials,
  { flows, bytes, short = false, secrets: place }: LongCapture,
): Promise<void> {
  const out = createWriteStream(file);
  const writer = new Writer(out);
  const beginnings = [];
  for (let flow = 1; flow <= flows; flow++) beginnings.push(await beginning(credentials));
  const secrets = decryptionSecrets(beginnings.flatMap(({ lines }) => lines).join('\n'));
  writer.write(sectionHeader('a bench', []));
  writer.write(interfaceDescription('tap', ''));
  if (place === 'first') writer.write(secrets);
  const talks = beginnings.map((begun, index) => begin(writer, begun, index + 1));
  const frames = short ? shortFrames(Math.ceil(bytes / 150)) : chatFrames(bytes);
  let count = 0;
  for (const frame of frames) {
    const talk = talks[Math.floor(count++ / TURN) % flows] as Talk;
    talk.connection.data('s2c', sealed(talk, frame));
    await writer.drained();
  }
  for (const { connection } of talks) for (const dir of ['c2s', 's2c'] as const) connection.end(dir, 'fin');
  if (place === 'last') writer.write(secrets);
  writer.flush();
  out.end();
  await once(out, 'finish');
}

interface Beginning {
  readonly lines: readonly string[];
  /** The handshake and what follows it, up to the goodbyes. */
  readonly records: readonly WireRecord[];
}

/** Two sides that say nothing over real sockets. */
async function beginning(credentials: Credentials): Promise<Beginning> {
  const events = await tlsConversation(credentials, CHOICE, []);
  const dissection = new Dissection();
  dissection.addAll(events);
  const records = dissection.records(1).filter(({ title }) => !title.startsWith('alert'));
  return {
    lines: events.flatMap((event: TapEvent) => (event.kind === 'secret' ? [event.line] : [])),
    records,
  };
}

function begin(writer: Writer, { lines, records }: Beginning, flow: number): Talk {
  const client = { address: '192.0.2.1', port: 40_000 + flow };
  const connection = new SyntheticConnection(flow, { client, server: SERVER }, (packet) =>
    writer.packet(packet),
  );
  for (const { dir, raw } of records) connection.data(dir, raw);
  const line = lines.map(parseSecretLine).find((parsed) => parsed?.label === 'SERVER_TRAFFIC_SECRET_0');
  if (!line) throw new Error('the key log has no SERVER_TRAFFIC_SECRET_0');
  const tickets = records.filter(({ title }) => title.startsWith('new_session_ticket'));
  return {
    connection,
    keys: trafficKeys('sha384', 'aes-256-gcm', fromHex(line.secret)),
    sequence: tickets.length,
  };
}

/** The next record of a server, RFC 8446 §5.2. */
function sealed(talk: Talk, content: Uint8Array): Uint8Array {
  const { keys } = talk;
  const header = new Uint8Array(5);
  header.set([APPLICATION_DATA, 0x03, 0x03]);
  writeUint(header, 3, 2, content.length + 1 + TAG_LENGTH);
  const number = new Uint8Array(12);
  writeUint(number, 8, 4, talk.sequence++);
  const nonce = keys.iv.map((byte, i) => byte ^ (number[i] as number));
  const cipher = createCipheriv('aes-256-gcm', keys.key, nonce).setAAD(header);
  const body = cipher.update(concat([content, Uint8Array.of(APPLICATION_DATA)]));
  return concat([header, body, cipher.final(), cipher.getAuthTag()]);
}

/** Blocks on their way to the file, several at a time. */
class Writer {
  readonly #out: WriteStream;
  #time = 1_700_000_000_000;
  #waiting: Uint8Array[] = [];
  #length = 0;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  write(bytes: Uint8Array): void {
    this.flush();
    this.#out.write(bytes);
  }

  packet(packet: Uint8Array): void {
    const bytes = enhancedPacket({ interfaceId: 0, packet, time: (this.#time += 0.01) });
    this.#waiting.push(bytes);
    this.#length += bytes.length;
    if (this.#length > 2 ** 20) this.flush();
  }

  async drained(): Promise<void> {
    if (this.#out.writableNeedDrain) await once(this.#out, 'drain');
  }

  flush(): void {
    if (this.#length > 0) this.#out.write(concat(this.#waiting));
    [this.#waiting, this.#length] = [[], 0];
  }
}
