import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Pump, type PumpEvent } from './pump.ts';
import { PlaintextChannel } from '#channel/plaintext';
import type { Channel } from '#channel/contract';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { RemoteProtocolError } from '#protocol/errors';

function inWords(event: PumpEvent): string[] {
  switch (event.kind) {
    case 'arrived':
    case 'taken':
      return [];
    case 'opened':
    case 'ended':
      return [event.kind];
    case 'plain':
      return [toHex(event.bytes)];
    case 'closed':
      return [`closed ${event.code}`];
    case 'failed':
      return [`failed ${(event.error as RemoteProtocolError).code}`];
    case 'lost':
      return [`lost ${event.error?.message ?? ''}`.trim()];
  }
}

/** A pump whose socket is this test: what the owner hears, and the writes, in hex. */
function pumpOver(channel: Channel, joinPieces = false) {
  const [heard, writes]: [string[], string[]] = [[], []];
  const socket = new Duplex({
    read: () => undefined,
    write: (bytes: Uint8Array, _, done) => (writes.push(toHex(bytes)), done()),
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => toHex(chunk as Uint8Array)).join(' '));
      done();
    },
  });
  const pump: Pump = new Pump({
    socket,
    channel,
    joinPieces,
    onEvent: (event) => {
      if (event.kind === 'failed') pump.end('done');
      heard.push(...inWords(event));
    },
  });
  /** Resolves when the socket has given these bytes out. */
  const arrive = (hex: string): Promise<void> => {
    if (hex !== '') socket.push(fromHex(hex));
    return new Promise((resolve) => setImmediate(resolve));
  };
  return { pump, socket, heard, writes, arrive };
}

const threePieces = (): Channel =>
  Object.assign(new PlaintextChannel(), {
    send: (bytes: Uint8Array) => [...bytes].map((b) => Uint8Array.of(b)),
  });

describe('a pump', () => {
  it('passes on what the channel says, in order', async () => {
    const { pump, heard, arrive } = pumpOver(new PlaintextChannel());
    pump.start();
    await arrive('6869');
    await arrive('21');
    expect(heard).toEqual(['opened', '6869', '21']);
  });

  it('writes the pieces of a channel at once: corked, or joined where the transport makes a record of each', () => {
    const corked = pumpOver(threePieces());
    corked.pump.start();
    corked.pump.send(utf8('abc'));
    expect(corked.writes).toEqual(['61 62 63']);
    const joined = pumpOver(threePieces(), true);
    joined.pump.start();
    joined.pump.send(utf8('abc'));
    expect(joined.writes).toEqual(['616263']);
  });

  it('keeps bytes in the channel while it is held', async () => {
    const { pump, heard, arrive } = pumpOver(new PlaintextChannel());
    pump.start();
    pump.hold();
    await arrive('6869');
    expect(heard).toEqual(['opened']);
    pump.release();
    await arrive('21');
    expect(heard.slice(1).join('')).toBe('686921');
  });

  it('reads nothing more once its owner has ended it, even from the same bytes', async () => {
    const channel = new PlaintextChannel();
    const refusing = Object.assign(channel, {
      next: () => {
        throw new RemoteProtocolError('bad_record_mac');
      },
    });
    const { pump, heard, writes, arrive } = pumpOver(refusing);
    pump.start();
    await arrive('00');
    await arrive('00');
    expect(heard).toEqual(['opened', 'failed bad_record_mac']);
    expect(writes).toEqual([]);
  });

  it('tells an end that cut something off from one that did not', async () => {
    const whole = pumpOver(new PlaintextChannel());
    whole.pump.start();
    whole.socket.push(null);
    await whole.arrive('');
    expect(whole.heard).toContain('ended');
    const cut = Object.assign(new PlaintextChannel(), {
      end: () => {
        throw new RemoteProtocolError('record_truncated');
      },
    });
    const broken = pumpOver(cut);
    broken.pump.start();
    broken.socket.push(null);
    await broken.arrive('');
    expect(broken.heard).toContain('failed record_truncated');
    expect(broken.heard).not.toContain('ended');
  });

  it('says why the socket is gone', async () => {
    const { pump, socket, heard, arrive } = pumpOver(new PlaintextChannel());
    pump.start();
    socket.destroy(new Error('reset'));
    await arrive('');
    expect(heard).toEqual(['opened', 'lost reset', 'lost']);
  });
});
