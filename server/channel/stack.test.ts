import { describe, expect, it } from 'vitest';
import { channelSuite } from '../../test/conformance/channel-suite.ts';
import { Line, type Pair } from '../../test/conformance/line.ts';
import { pureCiphers } from './ciphers-pure.ts';
import type { Channel, Side } from './contract.ts';
import { PlaintextChannel } from './plaintext.ts';
import { PskChannel } from './psk/channel.ts';
import { ChannelStack } from './stack.ts';
import { fromHex, toHex, utf8 } from '#protocol/bytes';

const keys = [{ id: 'k1', key: fromHex('5a'.repeat(32)) }];
let seed = 0;
const random = (count: number): Uint8Array => new Uint8Array(count).fill((seed += 1));
const psk = (side: Side, given = keys): Channel =>
  new PskChannel({ side, keys: given, ciphers: pureCiphers, random });
const pair = (make: (side: Side) => Channel): Pair => ({ client: make('client'), server: make('server') });
const twice = (): Pair => pair((side) => new ChannelStack(psk(side), psk(side)));

const PSK = { noticesCut: true, saysWhy: true, hasUnits: true };
channelSuite('psk in psk', PSK, twice);
channelSuite('psk in plaintext', PSK, () =>
  pair((side) => new ChannelStack(new PlaintextChannel(), psk(side))),
);

describe('a stack of two psk channels', () => {
  it('opens once, when the inner channel is open, and says how both protect', () => {
    const line = new Line(twice(), (wire) => wire);
    line.open();
    const opened = { kind: 'opened', detail: 'psk, aes-256-gcm; psk, aes-256-gcm' };
    expect(line.events('client').filter(({ kind }) => kind === 'opened')).toEqual([opened]);
    const onServer = { ...opened, keyId: 'k1' };
    expect(line.events('server').filter(({ kind }) => kind === 'opened')).toEqual([onServer]);
  });

  it('puts one outer record around each inner one: 28 bytes more on the wire', () => {
    const line = new Line(twice(), (wire) => wire);
    line.open();
    const pieces = line.pair.client.send(utf8('hi'));
    expect(toHex(pieces[0]!).slice(0, 8)).toBe('1700002e');
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(2 + 28 + 28);
  });

  it('is refused by the inner channel when only the inner keys differ', () => {
    const other = [{ id: 'k1', key: fromHex('a5'.repeat(32)) }];
    const make = (side: Side) => new ChannelStack(psk(side), psk(side, side === 'server' ? other : keys));
    const line = new Line(pair(make), (wire) => wire);
    expect(() => line.open()).toThrow(expect.objectContaining({ code: 'key_confirmation_failed' }) as Error);
  });

  it('notices that the inner end was cut off, although the outer channel was closed in order', () => {
    const outer = pair(psk);
    const line = new Line(
      { client: new ChannelStack(outer.client, psk('client')), server: twice().server },
      (w) => w,
    );
    line.open();
    const goodbye = outer.client.close('done');
    line.pair.server.push(goodbye);
    expect(() => line.pair.server.next()).toThrow(
      expect.objectContaining({ code: 'record_truncated' }) as Error,
    );
    // The outer channel is closed, so nothing can be said any more.
    expect(toHex(line.pair.server.close('record_truncated'))).toBe('');
  });

  it('closes before it is open with the alert of the outer channel alone', () => {
    const stack = new ChannelStack(psk('server'), psk('server'));
    stack.start();
    expect(toHex(stack.close('handshake_timeout')).slice(0, 2)).toBe('15');
  });
});
