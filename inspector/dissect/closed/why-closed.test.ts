/** Each reason for a closed record, in captures of real peers that lack exactly that. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { readKeyLog } from '../capture/key-log.ts';
import { readCapture } from '../capture/read.ts';
import { Dissection } from '../index.ts';
import type { TapEvent } from '../model.ts';
import { hellosOf } from './hellos.ts';
import { KnownLines } from './known-lines.ts';
import { closedRecords, withReasons } from './why-closed.ts';

/** `2 × reason`, for one connection after the other. */
function reasons(capture: Uint8Array, ...keyLogs: string[]): string[] {
  const secrets = keyLogs.flatMap((text) => readKeyLog(text, 0).events);
  const events: TapEvent[] = [...secrets, ...readCapture(capture).events];
  const [dissection, known] = [new Dissection(), new KnownLines()];
  for (const event of events) if (event.kind === 'secret') known.add(event.line);
  dissection.addAll(events);
  return dissection.flows.flatMap(({ id }) =>
    closedRecords(withReasons(dissection.records(id), known)).map(
      ({ count, reason }) => `${count} × ${reason}`,
    ),
  );
}

describeVectors('captures', 'the reason why a record stays closed', (folder) => {
  const capture = (name: string): Uint8Array => readFileSync(join(folder, name));
  const keys = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const RANDOM = 'aebece1bf2f535639fd56d9eac3748a125053c82be31708cbf00ee0a79817314';

  it('is none where everything opens', () => {
    expect(reasons(capture('ok-tls13.pcap'), keys('ok-tls13.keys'))).toEqual([]);
  });

  it('names the line that is needed when there is no key log', () => {
    expect(reasons(capture('ok-tls13.pcap'))).toEqual([
      `2 × there is no key log: a SERVER_HANDSHAKE_TRAFFIC_SECRET line is needed for the client random ${RANDOM}`,
      `2 × there is no key log: a CLIENT_HANDSHAKE_TRAFFIC_SECRET line is needed for the client random ${RANDOM}`,
    ]);
  });

  it('counts the lines of a key log for other connections, and shows the client random to look for', () => {
    const other = `0 of 4 key log lines belong to this connection: its client random is ${RANDOM}`;
    expect(reasons(capture('ok-tls13.pcap'), keys('net-plain.keys'))).toEqual([`4 × ${other}`]);
  });

  it('names the one line that is missing, and those that are there', () => {
    const lines = keys('ok-tls13.keys').split('\n');
    const without = lines.filter((line) => !line.startsWith('SERVER_TRAFFIC_SECRET_0')).join('\n');
    expect(reasons(capture('ok-tls13.pcap'), without)).toEqual([
      '1 × the key log has no SERVER_TRAFFIC_SECRET_0 that fits this connection; ' +
        'it has CLIENT_HANDSHAKE_TRAFFIC_SECRET, SERVER_HANDSHAKE_TRAFFIC_SECRET, CLIENT_TRAFFIC_SECRET_0',
    ]);
  });

  it('says how long a secret is, and how long it must be', () => {
    expect(reasons(capture('short-secret-one-line.pcap'), keys('short-secret-one-line.keys'))).toEqual([
      '1 × the key log has no CLIENT_TRAFFIC_SECRET_0 that fits this connection: ' +
        'CLIENT_TRAFFIC_SECRET_0 of client random 4f654b8c72b9dc59… has 31 bytes where 32 are expected',
    ]);
  });

  it('says that a secret of the right name and length is not the right one', () => {
    const wrong = keys('ok-tls13.keys').replace(
      /^(SERVER_TRAFFIC_SECRET_0 \S+ ).*$/m,
      `$1${'00'.repeat(32)}`,
    );
    expect(reasons(capture('ok-tls13.pcap'), wrong)).toEqual([
      '1 × SERVER_TRAFFIC_SECRET_0 does not open this record: the secret is another session’s, or the record was changed on its way',
    ]);
  });

  it('names what is missing from the capture', () => {
    const of = (name: string): string[] => reasons(capture(`${name}.pcap`), keys(`${name}.keys`));
    const rest = 'missing, and without both hellos no key can be found';
    expect(of('tcp-mid-connection')).toEqual([
      `3 × the capture begins in the middle of the connection: the hellos are ${rest}`,
    ]);
    expect(of('tcp-mid-handshake-noch')).toEqual([
      `4 × the capture begins in the middle of the connection: the client’s hello is ${rest}`,
    ]);
    expect(of('tcp-one-sided-client')).toEqual([
      `2 × the capture has only what the client sent: the server’s hello is ${rest}`,
    ]);
    expect(of('tcp-one-sided-server')).toEqual([
      `2 × the capture has only what the server sent: the client’s hello is ${rest}`,
    ]);
    expect(of('net-snaplen200')[0]).toBe(
      `2 × a segment, or a part of one, is missing from the capture: the client’s hello is ${rest}`,
    );
  });

  it('asks for a CLIENT_RANDOM line where the secret crossed under the RSA key of the server', () => {
    expect(reasons(capture('rsa-keylog-line.pcap'))[0]).toMatch(
      /^7 × there is no key log: a CLIENT_RANDOM line is needed for the client random 5205a6f7e638[0-9a-f]{52}\. TLS_RSA_WITH_AES_128_CBC_SHA sends the secret under the RSA key of the server: a CLIENT_RANDOM line or that private key opens it$/,
    );
  });

  it('is that of its own connection where one TCP connection carries two sessions', () => {
    const first = keys('two-sessions-one-tcp.keys').split('\n').slice(0, 4).join('\n');
    const [one, ...more] = reasons(capture('two-sessions-one-tcp.pcap'), first);
    expect(more).toEqual([]);
    expect(one).toMatch(/^4 × 0 of 4 key log lines belong to this connection: its client random is /);
    expect(one).not.toContain(first.slice(32, 96));
  });
});

describe('the reason for a suite that is not opened', () => {
  it('stays what the dissection says, with or without a key log', () => {
    const capture = readFileSync(new URL('../../../docs/recordings/tls12.pcapng', import.meta.url));
    const { events } = readCapture(capture);
    // TLS_RSA_WITH_IDEA_CBC_SHA, which no program has any more, in place of the suite that the server chose.
    const changed = events.map((event) => {
      if (event.kind !== 'chunk' || event.dir !== 's2c' || event.bytes[5] !== 2) return event;
      const bytes = event.bytes.slice();
      const suite = 44 + (bytes[43] as number);
      bytes.set([0x00, 0x07], suite);
      return { ...event, bytes };
    });
    const [dissection, known] = [new Dissection(), new KnownLines()];
    dissection.addAll(changed);
    for (const event of changed) if (event.kind === 'secret') known.add(event.line);
    const records = withReasons(dissection.records(dissection.flows[0]?.id ?? 0), known);
    expect(new Set(closedRecords(records).map(({ reason }) => reason))).toEqual(
      new Set(['this suite is not opened here: TLS_RSA_WITH_IDEA_CBC_SHA']),
    );
  });
});

describe('the hellos of a connection', () => {
  it('tell the client random, the host and the suite', () => {
    const dissection = new Dissection();
    dissection.addAll(
      readCapture(readFileSync(new URL('../../../docs/recordings/tls13.pcapng', import.meta.url))).events,
    );
    const records = dissection.records(dissection.flows[0]?.id ?? 0);
    const hello = records[0]?.inner[0]?.bytes.subarray(6, 38) ?? new Uint8Array();
    expect(hellosOf(records)).toEqual([
      { from: 0, clientRandom: toHex(hello), serverName: 'localhost', suite: 'TLS_AES_256_GCM_SHA384' },
    ]);
  });
});
