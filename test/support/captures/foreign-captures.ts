/** Captures of `shared/vectors/captures`, read with the key log that goes with each. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readKeyLog } from '#dissect/capture/key-log';
import { Dissection } from '#dissect/index';
import type { Direction, WireRecord } from '#dissect/model';
import { type ReadCapture, readCapture } from '#dissect/capture/read';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { CONTENT_TYPE } from '#dissect/tls/names';
import { EMPTY, concat, toHex } from '#protocol/bytes';

/** What each side of a flow sent as application data in TLS, opened, in hex. */
export type Opened = Readonly<Record<Direction, string>>;

const FORMAT = /\.pcap(?:ng)?(?:\.gz)?$/;

export function captureNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => FORMAT.test(name))
    .toSorted();
}

/** Secrets of a capture; the packed ones share theirs. */
export function secretsOf(folder: string, name: string): readonly string[] {
  const file = join(folder, `${name.startsWith('net-gz') ? 'net-gz' : name.replace(FORMAT, '')}.keys`);
  if (!existsSync(file)) return [];
  return readKeyLog(readFileSync(file, 'utf8'), 0).events.flatMap((event) =>
    event.kind === 'secret' ? [event.line] : [],
  );
}

export interface Foreign {
  readonly read: ReadCapture;
  readonly dissection: Dissection;
}

/** Throws `CaptureError` as `readCapture` does. */
export function dissectedCapture(folder: string, name: string): Foreign {
  const read = readCapture(readFileSync(join(folder, name)));
  const dissection = new Dissection({ ciphers: nativeRecordCiphers });
  for (const line of secretsOf(folder, name)) dissection.add({ kind: 'secret', time: 0, line });
  dissection.addAll(read.events);
  return { read, dissection };
}

/** The application data of each flow that has any. */
export function openedIn(dissection: Dissection): Opened[] {
  return dissection.flows
    .map(({ id }) => openedOf(dissection.records(id)))
    .filter(({ c2s, s2c }) => c2s !== '' || s2c !== '');
}

function openedOf(records: readonly WireRecord[]): Opened {
  const side = (dir: Direction): string => {
    const sent = records.filter((record) => record.dir === dir && record.proto === 'tls');
    return toHex(concat(sent.map(applicationData)));
  };
  return { c2s: side('c2s'), s2c: side('s2c') };
}

/** In TLS 1.3 a sealed handshake message or alert claims to be application data, too. */
function applicationData({ raw, title, plain = EMPTY, inner }: WireRecord): Uint8Array {
  if (raw[0] !== CONTENT_TYPE.applicationData || title === 'handshake') return EMPTY;
  return inner.some(({ proto }) => proto === 'tls-handshake' || proto === 'tls-alert') ? EMPTY : plain;
}
