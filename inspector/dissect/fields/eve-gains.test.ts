import { describe, expect, it } from 'vitest';
import { GAIN_PATTERNS, eveGain } from './eve-gains.ts';
import { knownFields } from './known-fields.ts';

describe('what Eve gets', () => {
  const paths = knownFields().map(({ path }) => path);

  it('is answered for every field of the dictionary, in the clear and sealed', () => {
    for (const path of paths) {
      for (const isSealed of [false, true]) expect(eveGain(path, isSealed), path).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('has no row for a field that does not exist', () => {
    const first = (path: string): RegExp | undefined => GAIN_PATTERNS.find((pattern) => pattern.test(path));
    const used = new Set(paths.map(first));
    expect(GAIN_PATTERNS.filter((pattern) => !used.has(pattern)).map(String)).toEqual([]);
  });

  it('differs where the field is sealed', () => {
    expect(eveGain('msg.text', false)).toContain('word for word');
    expect(eveGain('msg.text', true)).toMatch(/^Nothing of the words/);
    expect(eveGain('tls.handshake.certificate_list.certificate.subject.common_name', false)).toContain(
      'TLS 1.2',
    );
    expect(eveGain('tls.handshake.certificate_list.certificate.subject.common_name', true)).toMatch(
      /^Nothing/,
    );
    expect(eveGain('tls.handshake.extensions.server_name.name', false)).toContain('name of the server');
  });

  it('promises nothing about a place that cannot be read', () => {
    expect(eveGain('fault', false)).toBe('');
  });
});
