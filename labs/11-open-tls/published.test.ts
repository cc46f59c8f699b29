/** The published values of lab 11 against the full set, and the solution against a connection that others have recorded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { showUtf8 } from '#protocol/bytes';
import { describeVectors } from '../../test/support/programs/needs.ts';
import { PUBLISHED } from './published.ts';
import { openConversation } from './solution.ts';

describeVectors('rfc8448/rfc8448-from-otp.json', 'the values of RFC 8448 in lab 11', (path) => {
  const text = readFileSync(path, 'utf8');
  // The set ends before the application data; the tag of that record speaks for itself.
  const { clientRecord: _, ...values } = PUBLISHED;

  it.each(Object.entries(values))('has %s', (_name, hex) => expect(text).toContain(`"${hex}"`));
});

describeVectors('illustrated-tls13', 'a connection that others have recorded', (folder) => {
  const capture = (name: string): Uint8Array => readFileSync(join(folder, 'captures/caps', name));
  const c2s = (name: string) => ({ direction: 'c2s' as const, bytes: capture(name) });
  const s2c = (name: string) => ({ direction: 's2c' as const, bytes: capture(name) });

  it('says ping and pong', () => {
    const handshake = [
      'serverhello',
      'serverccs',
      'serverencextensions',
      'serverenccert',
      'serverenccertverify',
    ];
    const records = [
      c2s('clienthello'),
      ...[...handshake, 'serverencfinished'].map(s2c),
      ...['clientccs', 'clientencfinished', 'clientencdata'].map(c2s),
      ...['serverencticket1', 'serverencticket2', 'serverencdata'].map(s2c),
    ];
    const keyLog = readFileSync(join(folder, 'captures/keylog.txt'), 'utf8');
    const said = openConversation(records, keyLog);
    expect([showUtf8(said.c2s), showUtf8(said.s2c)]).toEqual(['ping', 'pong']);
  });
});
