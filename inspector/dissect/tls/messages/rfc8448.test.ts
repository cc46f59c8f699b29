import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { valueAt, valuesAt } from '../../../../test/support/dissection/fields.ts';
import { describeVectors } from '../../../../test/support/programs/needs.ts';
import { read } from '../../../../test/support/dissection/handshake-reading.ts';

describeVectors('rfc8448', 'the messages of RFC 8448', (folder) => {
  interface Step {
    readonly fields: readonly { readonly name: string; readonly hex: string }[];
  }
  const { sections } = JSON.parse(readFileSync(join(folder, 'rfc8448-from-otp.json'), 'utf8')) as {
    sections: Record<string, Step[]>;
  };
  const message = (section: string, name: string): readonly Field[] => {
    const found = sections[section]?.flatMap(({ fields }) => fields).find((field) => field.name === name);
    const { unit } = read(fromHex(found?.hex ?? ''), { version: 0x0304 }) ?? {};
    expect(unit?.state).toBe('clear');
    return unit?.fields ?? [];
  };

  it('client hello (§3)', () => {
    const fields = message('1_RTT_handshake', 'ClientHello');
    expect(valueAt(fields, 'random')).toBe(
      'cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7',
    );
    expect(valuesAt(fields, 'cipher_suites.cipher_suite')).toEqual([
      'TLS_AES_128_GCM_SHA256',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_256_GCM_SHA384',
    ]);
    expect(valueAt(fields, 'extensions.server_name')).toBe('server');
    expect(valueAt(fields, 'extensions.record_size_limit')).toBe('16385');
    expect(valueAt(fields, 'extensions.key_share.public_key')).toBe(
      '99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c',
    );
  });

  it('server hello (§3)', () => {
    const fields = message('1_RTT_handshake', 'ServerHello');
    expect(valueAt(fields, 'cipher_suite')).toBe('TLS_AES_128_GCM_SHA256');
    expect(valueAt(fields, 'extensions.key_share.public_key')).toBe(
      'c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f',
    );
  });

  it('certificate (§3)', () => {
    const fields = message('1_RTT_handshake', 'Certificate');
    expect(valueAt(fields, 'certificate_list')).toBe('1 certificate');
    expect(valueAt(fields, 'certificate_list.certificate.subject.common_name')).toBe('rsa');
    expect(valueAt(fields, 'certificate_list.certificate.public_key')).toBe('RSA, 1024 bits');
    expect(valuesAt(fields, 'certificate_list.certificate.extensions.key_usage.usage')).toEqual([
      'digitalSignature',
      'keyEncipherment',
    ]);
  });

  it('certificate verify, finished and the ticket (§3, §4)', () => {
    expect(valueAt(message('1_RTT_handshake', 'CertificateVerify'), 'signature_algorithm')).toBe(
      'rsa_pss_rsae_sha256',
    );
    expect(valueAt(message('1_RTT_handshake', 'Finished'), 'verify_data')).toHaveLength(64);
    const ticket = message('0_RTT_handshake', 'NewSessionTicket');
    expect(valueAt(ticket, 'ticket_lifetime')).toBe(30);
    expect(valueAt(ticket, 'ticket_age_add')).toBe(0xfad6aac5);
    expect(valueAt(ticket, 'ticket_nonce')).toBe('0000');
    expect(valueAt(ticket, 'extensions.early_data')).toBe('1024');
  });
});
