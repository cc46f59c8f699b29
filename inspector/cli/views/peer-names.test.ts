/** The names of the peers of a TLS connection, as the list shows them without keys. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import type { TapEvent } from '#dissect/model';
import { utf8 } from '#protocol/bytes';
import { dissected, text } from '../../../test/support/captures/views.ts';
import { type Credentials, tlsConversation } from '../../../test/support/flows/tls-conversation.ts';
import { listLines } from './record-text.ts';
import { PLAIN } from '../output/terminal.ts';

const CERTIFICATE = /^ {12}certificate: .*CN=localhost, issued by .*CN=.+$/m;

describe('the list', () => {
  let folder: string;
  let credentials: Credentials;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wireglass-peer-names-'));
    credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const talk = (version: 'TLSv1.2' | 'TLSv1.3', suite: string): Promise<readonly TapEvent[]> =>
    tlsConversation(credentials, { version, suite }, [{ dir: 'c2s', bytes: utf8('hi') }]);
  const listed = (events: readonly TapEvent[], keys: boolean): string =>
    text(listLines({ dissection: dissected(events, keys) }, PLAIN));

  it('shows the requested host without keys, and TLS 1.2’s certificate', async () => {
    const events = await talk('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256');
    const closed = listed(events, false);
    expect(closed).toMatch(/^ {12}server name: localhost$/m);
    expect(closed).toMatch(CERTIFICATE);
  });

  it('shows the certificate of TLS 1.3 only when it was opened', async () => {
    const events = await talk('TLSv1.3', 'TLS_AES_128_GCM_SHA256');
    expect(listed(events, false)).toMatch(/^ {12}server name: localhost$/m);
    expect(listed(events, false)).not.toMatch(CERTIFICATE);
    expect(listed(events, true)).toMatch(CERTIFICATE);
  });
});
