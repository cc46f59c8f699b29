import { generateKeyPairSync, publicEncrypt, constants } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_KEY, pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { rsaDecrypt } from '../crypto/rsa.ts';
import { Dissection } from '../index.ts';
import { KeyMaterialError, parseRsaKey } from './key-material.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pem = (type: 'pkcs1' | 'pkcs8'): string => privateKey.export({ type, format: 'pem' }) as string;
const padding = constants.RSA_PKCS1_PADDING;

describe('an RSA key', () => {
  it.each(['pkcs1', 'pkcs8'] as const)('from %s decrypts what node:crypto encrypted', (type) => {
    const key = parseRsaKey(`a certificate may stand before it\n${pem(type)}`);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 128 - 11 }), (message) => {
        const encrypted = new Uint8Array(publicEncrypt({ key: publicKey, padding }, message));
        expect(rsaDecrypt(key, encrypted)).toEqual(message);
        // The one byte more or less that a ciphertext of this key never has.
        expect(rsaDecrypt(key, encrypted.subarray(1))).toBeUndefined();
      }),
      { numRuns: 10 },
    );
  });

  it('takes nothing that is not padded as it has to be', () => {
    const key = parseRsaKey(pem('pkcs8'));
    const encoded = (...start: number[]): Uint8Array => {
      const block = new Uint8Array(128).fill(0xaa);
      block.set(start);
      return new Uint8Array(publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block));
    };
    expect(rsaDecrypt(key, encoded(0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 0))).toHaveLength(128 - 11);
    expect(rsaDecrypt(key, encoded(0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0))).toBeUndefined();
    expect(rsaDecrypt(key, encoded(0, 2, 1, 2, 3, 4, 5, 6, 7, 0))).toBeUndefined();
    expect(rsaDecrypt(key, encoded(0, 2))).toBeUndefined();
    expect(rsaDecrypt(key, new Uint8Array(128).fill(0xff))).toBeUndefined();
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const sealed = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;

  it.each([
    ['nothing', 'no key', 'there is no RSA private key in it (it is not PEM)'],
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }), 'it holds: PUBLIC KEY'],
    ['an EC key', ec.export({ type: 'pkcs8', format: 'pem' }), 'not an RSA key'],
    ['a sealed key', privateKey.export(sealed), 'encrypted under a pass phrase'],
    ['a damaged key', pem('pkcs1').replace(/\n[^\n]{64}\n/, '\n'), 'damaged'],
    ['no base64', '-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----', 'not base64'],
  ])('is refused with a sentence: %s', (_name, text, reason) => {
    expect(() => parseRsaKey(String(text))).toThrow(KeyMaterialError);
    expect(() => parseRsaKey(String(text))).toThrow(reason);
  });
});

describe('a shared key', () => {
  const said = encodeFrame(encodeMessage({ type: 'say', text: 'hi', ref: 'r1' }));
  const events = pskConversation({ c2s: [said], s2c: [] }).filter(({ kind }) => kind !== 'secret');
  const states = (dissection: Dissection): string[] => [
    ...new Set(dissection.allRecords().map(({ state }) => state)),
  ];

  function dissected(): Dissection {
    const dissection = new Dissection();
    dissection.addAll(events);
    return dissection;
  }

  it('opens a connection that was read before without it', () => {
    const dissection = dissected();
    expect(states(dissection)).toEqual(['clear', 'no-key']);
    expect(dissection.addKeys([{ kind: 'psk', key: DEMO_KEY.key }])).toEqual([1]);
    expect(states(dissection)).toEqual(['clear', 'opened']);
    expect(dissection.addKeys([{ kind: 'psk', key: DEMO_KEY.key }])).toEqual([]);
  });

  it('is put away with the other secrets', () => {
    const dissection = dissected();
    dissection.addKeys([{ kind: 'psk', key: DEMO_KEY.key }]);
    expect(states(dissection)).toEqual(['clear', 'opened']);
    expect(dissection.setKeys(false)).toEqual([1]);
    expect(states(dissection)).toEqual(['clear', 'no-key']);
  });

  it('is told from others by the server’s confirmation', () => {
    const dissection = dissected();
    dissection.addKeys([{ kind: 'psk', key: utf8('another key of thirty-two bytes!') }]);
    expect(states(dissection)).toEqual(['clear', 'wrong-key']);
    dissection.addKeys([{ kind: 'psk', key: DEMO_KEY.key }]);
    expect(states(dissection)).toEqual(['clear', 'opened']);
  });

  it('counts only under its own name', () => {
    const dissection = dissected();
    dissection.addKeys([{ kind: 'psk', id: 'somebody else', key: DEMO_KEY.key }]);
    expect(states(dissection)).toEqual(['clear', 'no-key']);
  });
});
