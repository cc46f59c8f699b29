import { describe, expect, it } from 'vitest';
import type { PskChannel } from './channel.ts';
import { RECORD_HEADER_LENGTH } from './records.ts';
import { type Suite, type SuiteName, suiteByName } from './suites.ts';
import { concat, fromHex, showUtf8, toHex, utf8 } from '#protocol/bytes';
import { drain, shown } from '../../../test/support/flows/psk-channel.ts';
import { flipped, outcome, sealed, session, writes } from '../../../test/support/flows/psk-sessions.ts';

/** Each weak suite is really broken in the way that it says, by someone who has the records and no key. */
const suite = (name: SuiteName): Suite => suiteByName(name) as Suite;
const header = RECORD_HEADER_LENGTH;
const xor = (...all: Uint8Array[]): Uint8Array =>
  (all[0] as Uint8Array).map((_, i) => all.reduce((sum, bytes) => sum ^ (bytes[i] as number), 0));

describe('aes-256-gcm-static', () => {
  const weak = suite('aes-256-gcm-static');

  it('delivers a record twice when it is replayed, and late, and in another session', () => {
    const { client, server } = session(weak);
    const [pay, thanks] = [sealed(client, utf8('pay 10')), sealed(client, utf8('thanks'))];
    expect(outcome(server, concat([pay, thanks, pay]))).toBe('ok pay 10thankspay 10');
    expect(outcome(session(weak, 2).server, pay)).toBe('ok pay 10');
  });

  it('takes its own record for one of the other side', () => {
    const { client, server } = session(weak);
    expect(outcome(client, sealed(client, utf8('are you there?')))).toBe('ok are you there?');
    expect(outcome(server, sealed(server, utf8('yes')))).toBe('ok yes');
  });

  it('still notices each changed bit', () => {
    const record = sealed(session(weak).client, utf8('hi'));
    // A flipped bit of the number counts, too: the header is authenticated, only nobody compares the number.
    for (let bit = 0; bit < record.length * 8; bit++)
      expect(outcome(session(weak).server, flipped(record, bit)), `bit ${bit}`).not.toMatch(/^ok ./);
  });
});

describe('aes-256-cbc', () => {
  const weak = suite('aes-256-cbc');

  it('lets a flipped bit of the iv change the text, in the same place', () => {
    const { client, server } = session(weak);
    const record = sealed(client, utf8('pay 10 to eve'));
    const change = xor(utf8('1'), utf8('9'))[0] as number;
    record[header + 'pay '.length] = (record[header + 'pay '.length] as number) ^ change;
    expect(outcome(server, record)).toBe('ok pay 90 to eve');
  });

  it('lets records be replayed, reordered, left out, sent back, and cut at a block', () => {
    const { client, server } = session(weak);
    const [one, two] = [sealed(client, utf8('one')), sealed(client, utf8('two'))];
    expect(outcome(server, concat([two, one, two]))).toBe('ok twoonetwo');
    expect(outcome(session(weak, 2).client, two)).toBe('ok two');
  });

  it('answers bad padding in the clear with a code of its own, and goes on', () => {
    const { client, server } = session(weak);
    const record = sealed(client, utf8('hello'));
    const last = header + 15;
    server.push(flipped(record, last * 8));
    expect(shown(drain(server))).toEqual([`write ${'15 000001 0000000000000000 0f'.replaceAll(' ', '')}`]);
    expect(outcome(server, record)).toBe('ok hello');
    // The answer ends nothing at the other side either.
    expect(outcome(client, fromHex('15 000001 0000000000000000 0f'))).toBe('ok ');
    expect(outcome(server, sealed(client, utf8('still here')))).toBe('ok still here');
  });

  it('gives its text away to a padding oracle: a whole record, byte by byte, in at most 256 questions for each', () => {
    const secret = 'the password is: correct horse';
    const record = sealed(session(weak, 1).client, utf8(secret));
    // The oracle is another session, days later: the key is the same for ever.
    let [asked, oracle] = [0, session(weak, 2).server];
    const fits = (iv: Uint8Array, block: Uint8Array): boolean => {
      asked++;
      const answer = ask(oracle, concat([fromHex('17 000020 0000000000000000'), iv, block]));
      if (answer === 'closed') oracle = session(weak, 2 + asked).server;
      return answer !== 'bad padding';
    };
    const blocks: Uint8Array[] = [];
    for (let at = header; at < record.length; at += 16) blocks.push(record.subarray(at, at + 16));
    const text = blocks.slice(1).map((block, i) => xor(decrypted(block, fits), blocks[i] as Uint8Array));
    expect(showUtf8(concat(text))).toBe(`${secret}\x02\x02`);
    expect(asked).toBeLessThanOrEqual(256 * (secret.length + 2) + 32);
  });

  /** What crosses the wire in answer to a record, which is all that Mallory sees. */
  function ask(channel: PskChannel, record: Uint8Array): 'bad padding' | 'nothing' | 'closed' {
    channel.push(record);
    try {
      return toHex(writes(channel)) === '1500000100000000000000000f' ? 'bad padding' : 'nothing';
    } catch {
      return 'closed';
    }
  }

  /** The block under the block cipher alone, from the right to the left (Vaudenay 2002). */
  function decrypted(block: Uint8Array, fits: (iv: Uint8Array, block: Uint8Array) => boolean): Uint8Array {
    const found = new Uint8Array(16);
    for (let at = 15; at >= 0; at--) {
      const count = 16 - at;
      const iv = found.map((byte, i) => (i > at ? byte ^ count : 0));
      const guess = Array.from({ length: 256 }, (_, value) => value).find((value) => {
        iv[at] = value;
        if (!fits(iv, block)) return false;
        if (at !== 15) return true;
        // It may have been longer padding by chance: then another byte before it matters, too.
        iv[14] = (iv[14] as number) ^ 0xff;
        const alone = fits(iv, block);
        iv[14] = iv[14] ^ 0xff;
        return alone;
      });
      found[at] = (guess as number) ^ count;
    }
    return found;
  }
});

describe('aes-256-ctr-fixed-nonce', () => {
  const weak = suite('aes-256-ctr-fixed-nonce');
  const body = (record: Uint8Array): Uint8Array => record.subarray(header + 16);

  it('gives a text away to anyone who knows another of the same length, in whatever session and direction', () => {
    const known = utf8('my name is eve, and I said this');
    const secret = utf8('the vault opens with 31-7-24-16');
    const [mine, theirs] = [sealed(session(weak, 1).client, known), sealed(session(weak, 2).server, secret)];
    expect(showUtf8(xor(body(mine), known, body(theirs)))).toBe(showUtf8(secret));
    expect(toHex(mine.subarray(header, header + 16))).toBe(toHex(theirs.subarray(header, header + 16)));
  });

  it('gives the XOR of two texts away without any known text', () => {
    const { client } = session(weak);
    const [one, two] = [utf8('first text'), utf8('other text')];
    expect(toHex(xor(body(sealed(client, one)), body(sealed(client, two))))).toBe(toHex(xor(one, two)));
  });

  it('lets anyone forge any text that is not longer than a known one', () => {
    const { client, server } = session(weak);
    const [known, wanted] = [utf8('pay 10 to ana'), utf8('pay 99 to eve')];
    const record = sealed(client, known);
    const forged = concat([record.subarray(0, header + 16), xor(body(record), known, wanted)]);
    expect(outcome(server, forged)).toBe('ok pay 99 to eve');
  });
});

describe('aes-256-gcm-fixed-nonce', () => {
  const weak = suite('aes-256-gcm-fixed-nonce');
  const body = (record: Uint8Array): Uint8Array => record.subarray(header + 12, -16);

  it('gives the XOR of two texts of one direction away, and not across directions or sessions', () => {
    const [{ client, server }, other] = [session(weak, 1), session(weak, 2)];
    const [one, two] = [utf8('first text'), utf8('other text')];
    const first = sealed(client, one);
    expect(toHex(xor(body(first), body(sealed(client, two))))).toBe(toHex(xor(one, two)));
    for (const elsewhere of [server, other.client])
      expect(toHex(xor(body(first), body(sealed(elsewhere, two))))).not.toBe(toHex(xor(one, two)));
  });

  it('still notices each changed bit, and a record that comes twice', () => {
    const { client, server } = session(weak);
    const record = sealed(client, utf8('hi'));
    for (let bit = 0; bit < record.length * 8; bit++)
      expect(outcome(session(weak).server, flipped(record, bit)), `bit ${bit}`).not.toMatch(/^ok ./);
    expect(outcome(server, concat([record, record]))).toBe('record_replayed');
  });
});
