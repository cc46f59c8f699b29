import { describe, expect, it } from 'vitest';
import { pathFields, valueAt } from '../../../../test/support/dissection/fields.ts';
import { sample } from '../../../../test/support/dissection/handshake-reading.ts';

describe('extensions', () => {
  const at = (name: string, path: string): unknown => valueAt(sample(name).fields, `extensions.${path}`);

  it.each([
    ['server_name', 'host.example'],
    ['max_fragment_length', '1024 bytes'],
    ['status_request', 'ocsp'],
    ['supported_groups', 'X25519MLKEM768, x25519, x448, secp256r1, secp384r1, secp521r1, ffdhe2048, GREASE'],
    ['ec_point_formats', 'uncompressed'],
    ['signature_algorithms', 'ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, ed25519'],
    ['use_srtp', 'SRTP_AES128_CM_HMAC_SHA1_80, SRTP_AEAD_AES_128_GCM'],
    ['heartbeat', 'peer_allowed_to_send'],
    ['application_layer_protocol_negotiation', 'h2, http/1.1'],
    ['client_certificate_type', 'RawPublicKey, X509'],
    ['padding', '3 bytes'],
    ['compress_certificate', 'zlib, brotli'],
    ['record_size_limit', '16385'],
    ['record_size_limit.record_size_limit', 16385],
    ['delegated_credential', 'ecdsa_secp256r1_sha256'],
    ['session_ticket.data', 'aabbcc'],
    ['supported_versions', 'TLS 1.3, TLS 1.2'],
    ['cookie.cookie', 'c00c1e'],
    ['psk_key_exchange_modes', 'psk_dhe_ke'],
    ['certificate_authorities', 'CN=A'],
    ['certificate_authorities.distinguished_name.common_name', 'A'],
    ['oid_filters.oid', '0603551d0f'],
    ['signature_algorithms_cert', 'rsa_pss_pss_sha256'],
    ['key_share', 'x25519'],
    ['key_share.public_key', '09'.repeat(32)],
    ['application_settings', 'h2'],
    ['encrypted_client_hello', 'outer, 40 bytes sealed'],
    ['encrypted_client_hello.aead_id', 'AES-128-GCM'],
    ['unknown_extension', '0x7777: dead'],
    ['pre_shared_key.identities.identity', 'Client_identity'],
    ['pre_shared_key.identities.obfuscated_ticket_age', 77],
    ['pre_shared_key.binders.binder', 'bb'.repeat(32)],
  ])('of a client: %s is %s', (path, value) => expect(at('client hello', path)).toBe(value));

  it('name themselves, and keep their number', () => {
    const types = pathFields(sample('client hello').fields, '').filter(({ path }) =>
      /extensions\.\w+\.type$/.test(path),
    );
    expect(types[0]?.field).toMatchObject({ value: 'GREASE', number: 0x2a2a });
    expect(types[1]?.field).toMatchObject({ value: 'server_name', number: 0 });
  });

  it('of a server have shapes of their own', () => {
    expect(at('server hello', 'supported_versions')).toBe('TLS 1.3');
    expect(at('server hello', 'pre_shared_key.selected_identity')).toBe(0);
    expect(at('hello retry request', 'key_share')).toBe('secp256r1');
    expect(at('server hello of TLS 1.2', 'signed_certificate_timestamp.sct')).toBe(
      '2023-11-14T22:13:20.000Z',
    );
    expect(at('new session ticket', 'early_data.max_early_data_size')).toBe(1024);
    expect(
      valueAt(
        sample('certificate with a status').fields,
        'certificate_list.extensions.status_request.response',
      ),
    ).toBe('tryLater');
  });
});
