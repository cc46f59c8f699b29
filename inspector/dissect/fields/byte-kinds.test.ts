import { describe, expect, it } from 'vitest';
import { BYTE_KINDS, byteKindOf } from './byte-kinds.ts';
import { knownFields } from './known-fields.ts';

describe('kinds of bytes', () => {
  it('are known for every field of the dictionary, and each occurs', () => {
    const kinds = knownFields().map(({ path }) => [path, byteKindOf(path)] as const);
    expect(kinds.filter(([, kind]) => kind === undefined)).toEqual([]);
    expect(new Set(kinds.map(([, kind]) => kind))).toEqual(new Set(BYTE_KINDS));
  });

  it.each([
    ['tls.type', 'header'],
    ['tls.ciphertext.content_type', 'header'],
    ['frame.length', 'length'],
    ['tls.handshake.cipher_suites_length', 'length'],
    ['msg.limits.length', 'plaintext'],
    ['psk.sequence', 'nonce'],
    ['tls.handshake.random', 'nonce'],
    ['psk.server_confirm', 'tag'],
    ['tls.handshake.signature', 'tag'],
    ['tls.handshake.certificate_list.certificate.signature', 'tag'],
    ['tls.handshake.extensions.signature_algorithms.signature', 'handshake'],
    ['tls.handshake.extensions.key_share.public_key', 'handshake'],
    ['tls.handshake.extensions.server_name.name', 'identity'],
    ['tls.handshake.certificate_list.certificate.subject.common_name', 'identity'],
    ['tls.handshake.extensions.encrypted_client_hello.payload', 'ciphertext'],
    ['psk.body', 'ciphertext'],
    ['msg.text', 'plaintext'],
    ['tls.fragment', 'plaintext'],
  ] as const)('%s is %s', (path, kind) => expect(byteKindOf(path)).toBe(kind));

  it('are not made up for a place where bytes cannot be read', () => {
    expect(byteKindOf('fault')).toBeUndefined();
  });
});
