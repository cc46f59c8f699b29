import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { readCapture } from '#dissect/capture/read';
import { writePcapng } from '#dissect/capture/write';
import { concat, fromHex } from '#protocol/bytes';
import { slices } from './captures.ts';
import { recorder, start, ask, useWeb } from '../../test/support/servers/http.ts';

useWeb();

describe('a capture', () => {
  const client = { address: '127.0.0.1', port: 40_000 };
  const server = { address: '127.0.0.1', port: 5555 };
  const hello: TapEvent[] = [
    { kind: 'flow', flow: 1, wire: 'plain', time: 1_700_000_000_000, client, server },
    { kind: 'chunk', flow: 1, dir: 'c2s', time: 1_700_000_000_001, bytes: fromHex('00000002 7b7d') },
  ];
  const bytesIn = (file: Uint8Array) =>
    readCapture(file).events.flatMap((event) =>
      event.kind === 'chunk' ? [Buffer.from(event.bytes).toString('hex')] : [],
    );

  it('of what the tap holds is a file for download', async () => {
    const web = await start();
    for (const event of hello) recorder.record(event);
    const { status, headers, body } = await ask(web, '/api/capture');
    expect([status, headers['content-type']]).toEqual([200, 'application/x-pcapng']);
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="wireglass-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.pcapng"$/,
    );
    expect(headers['cache-control']).toBe('no-store');
    expect(bytesIn(body)).toEqual(['000000027b7d']);
  });

  it('may leave the secrets out', async () => {
    const web = await start();
    for (const event of hello) recorder.record(event);
    const line = `CLIENT_RANDOM ${'0a'.repeat(32)} ${'0b'.repeat(48)}`;
    recorder.secret(line);
    const secretsIn = (file: Uint8Array) =>
      readCapture(file).events.flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
    expect(secretsIn((await ask(web, '/api/capture')).body)).toEqual([line]);
    const eve = await ask(web, '/api/capture?keys=false');
    expect(secretsIn(eve.body)).toEqual([]);
    expect(bytesIn(eve.body)).toEqual(['000000027b7d']);
  });

  it('of the next second contains the events of that second', async () => {
    const web = await start();
    const taken = ask(web, '/api/capture?seconds=1');
    recorder.record(hello[0] as TapEvent);
    setTimeout(() => recorder.record(hello[1] as TapEvent), 300);
    expect(bytesIn((await taken).body)).toEqual(['000000027b7d']);
  });

  it('ends early, but complete, when the server stops', async () => {
    const web = await start();
    for (const event of hello) recorder.record(event);
    const { port } = web.address;
    const asking = request({ port, path: '/api/capture?seconds=3600', agent: false }).end();
    // The headers are there at once; the body comes when time is up.
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    const body = buffer(response);
    await web.close();
    expect(bytesIn(await body)).toEqual(['000000027b7d']);
  });

  it.each(['-1', '3601', 'soon', '1.5', ''])('of %j seconds is refused', async (seconds) => {
    const { status, json } = await ask(await start(), `/api/capture?seconds=${seconds}`);
    expect([status, json()]).toMatchObject([400, { code: 'bad_request' }]);
  });

  it('is refused without a tap', async () => {
    const { status, json } = await ask(await start({ recorder: undefined }), '/api/capture');
    expect([status, json()]).toMatchObject([404, { code: 'no_tap' }]);
  });

  it('is shared: everyone who asks gets the same recording', async () => {
    const web = await start();
    for (const event of hello) recorder.record(event);
    const asked = Array.from({ length: 12 }, (_, i) => ask(web, `/api/capture?seconds=${i % 2}`));
    for (const { status, body } of await Promise.all(asked))
      expect([status, bytesIn(body)]).toEqual([200, ['000000027b7d']]);
  });

  it('of small packets gives other work a turn after some time, however few the bytes', async () => {
    const events: TapEvent[] = [hello[0] as TapEvent];
    for (let i = 0; i < 1_000; i++)
      events.push({ kind: 'chunk', flow: 1, dir: 'c2s', time: i, bytes: new Uint8Array(1) });
    let clock = 0;
    const pieces: Uint8Array[] = [];
    // Each reading of the clock is a tenth of a millisecond later.
    for await (const slice of slices(events, { keys: true }, () => (clock += 0.1))) pieces.push(slice);
    expect(pieces.length).toBeGreaterThanOrEqual(1_000 / 50);
    expect(Buffer.compare(concat(pieces), writePcapng(events))).toBe(0);
  });

  it('gives other work a turn between two slices', async () => {
    const events: TapEvent[] = [hello[0] as TapEvent];
    for (let i = 0; i < 100; i++)
      events.push({ kind: 'chunk', flow: 1, dir: 'c2s', time: i, bytes: new Uint8Array(16_384) });
    let turns = 0;
    let counting: NodeJS.Immediate = setImmediate(function count() {
      turns += 1;
      counting = setImmediate(count);
    });
    const pieces: Uint8Array[] = [];
    for await (const slice of slices(events, { keys: true })) pieces.push(slice);
    clearImmediate(counting);
    expect(turns).toBeGreaterThanOrEqual(pieces.length - 2);
    expect(pieces.length).toBeGreaterThan(15);
    expect(Buffer.compare(concat(pieces), writePcapng(events))).toBe(0);
  });
});
