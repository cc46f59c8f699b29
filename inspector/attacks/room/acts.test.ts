import { describe, expect, it } from 'vitest';
import { FORGED } from '#dissect/page-room-attack';
import { toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { sealedBy } from '../places.ts';
import { type Target, outermost } from '../targets.ts';
import { actorOf, isSaid } from './acts.ts';

const PLAIN: Target = { id: 'plain', wire: 'plain' };
const REF = 'AAAAAAAAAAAAAAAA-1';
const frame = (message: object): Uint8Array => encodeFrame(utf8(JSON.stringify(message)));
const said = (text: string): Uint8Array =>
  encodeFrame(encodeMessage({ type: 'say', text, room: 'lobby', ref: REF }));
/** A unit of this wire that carries so many plain bytes. */
function unit(wire: WireName, plain: Uint8Array): Uint8Array {
  const target = { id: wire, wire };
  if (outermost(target) === undefined) return plain;
  const sealed = new Uint8Array(sealedBy(target) + plain.length);
  sealed[0] = 0x17;
  return sealed;
}
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes).slice(4);

describe('what Mallory takes for a message', () => {
  it.each(WIRE_NAMES)('is what somebody says on %s, and nothing that a client sends by itself', (wire) => {
    const target = { id: wire, wire };
    expect(isSaid(unit(wire, said('x')), target)).toBe(true);
    const silent = [
      { type: 'ping' },
      { type: 'typing', room: 'lobby' },
      { type: 'read', room: 'lobby', id: 123_456 },
      { type: 'presence', state: 'away' },
    ];
    expect(silent.map((message) => isSaid(unit(wire, frame(message)), target))).toEqual(
      silent.map(() => false),
    );
  });

  it('is no record of a handshake', () => {
    expect(isSaid(new Uint8Array(500).fill(0x16), { id: 'tls 1.3', wire: 'tls' })).toBe(false);
  });
});

describe('what Mallory does with it', () => {
  it('changes one bit of the first byte of the text', () => {
    const { sent, isOver } = actorOf('flip-text', PLAIN)(said('hello'));
    expect(sent.map(text)).toEqual([`{"type":"say","text":"iello","room":"lobby","ref":"${REF}"}`]);
    expect(isOver).toBe(true);
  });

  it('sends it twice, or not at all', () => {
    const bytes = said('hello');
    expect(actorOf('replay-message', PLAIN)(bytes).sent).toEqual([bytes, bytes]);
    expect(actorOf('drop', PLAIN)(bytes)).toEqual({ sent: [], isOver: true });
  });

  it('keeps the first until the second has gone', () => {
    const act = actorOf('reorder', PLAIN);
    const [first, second] = [said('one'), said('two')];
    expect(act(first)).toEqual({ sent: [], isOver: false, kept: first });
    expect(act(second)).toEqual({ sent: [second, first], isOver: true });
  });

  it('puts a message of her own behind it, which looks like the next record', () => {
    const { sent } = actorOf('forge-message', PLAIN)(said('hello'));
    expect(sent.map(text)[1]).toBe(`{"type":"say","text":"${FORGED}"}`);
    const record = unit('psk', said('hello'));
    const forged = actorOf('forge-message', { id: 'psk', wire: 'psk' })(record).sent[1];
    expect(toHex((forged as Uint8Array).subarray(0, 1))).toBe('17');
  });
});
