/** ClientHello and ServerHello in fields (RFC 8446 §4.1, RFC 5246 §7.4.1), and the few values that opening records needs. */
import { toHex } from '#wire/bytes';
import type { FieldReader } from '../field-reader.ts';
import { readExtensions } from './extensions.ts';
import { VERSIONS, nameIn } from './names.ts';
import { type TlsSuite, tlsSuite } from './suites.ts';

export interface ClientHello {
  readonly random: Uint8Array;
  readonly earlyData: boolean;
}

export interface ServerHello {
  readonly random: Uint8Array;
  /** 0x0303 for TLS 1.2, 0x0304 for TLS 1.3. */
  readonly version: number;
  readonly suite: TlsSuite;
  /** It asks for another client hello instead of answering (RFC 8446 §4.1.4). */
  readonly retry: boolean;
  readonly encryptThenMac: boolean;
}

/** SHA-256 of "HelloRetryRequest": the random value that marks one. RFC 8446 §4.1.3. */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

const version = nameIn(VERSIONS, 2);

export function readClientHello(reader: FieldReader): ClientHello {
  reader.uint(
    'legacy_version',
    2,
    'Frozen at TLS 1.2; the versions really offered stand in the extension supported_versions.',
    version,
  );
  const random = reader.raw(
    'random',
    32,
    'Fresh random bytes of the client. They make every handshake differ, and they name this session in a key log.',
  );
  readSessionId(reader);
  const length = reader.uint('cipher_suites_length', 2, 'Bytes of the list of cipher suites.');
  reader.part('cipher_suites', length, 'The suites the client would accept, best first.', readSuites);
  const methods = reader.uint('compression_methods_length', 1, 'Bytes of the list that follows.');
  reader.raw(
    'compression_methods',
    methods,
    'Only 00, none: compressing before encrypting let attackers guess secrets from lengths (CRIME).',
  );
  const extensions = readExtensions(reader, 'client_hello');
  return { random, earlyData: extensions.earlyData };
}

export function readServerHello(reader: FieldReader): ServerHello {
  const legacy = reader.uint(
    'legacy_version',
    2,
    'In TLS 1.2 the version chosen; in TLS 1.3 frozen at TLS 1.2.',
    version,
  );
  const random = reader.raw('random', 32, 'Fresh random bytes of the server.');
  readSessionId(reader);
  let suite = tlsSuite(0);
  reader.uint(
    'cipher_suite',
    2,
    'The suite chosen from the client’s offer: cipher and hash of everything that follows.',
    (id) => (suite = tlsSuite(id)).name,
  );
  reader.uint('compression_method', 1, '00: none.');
  const extensions = readExtensions(reader, 'server_hello');
  return {
    random,
    version: extensions.version ?? legacy,
    suite,
    retry: toHex(random) === RETRY_RANDOM,
    encryptThenMac: extensions.encryptThenMac,
  };
}

function readSessionId(reader: FieldReader): void {
  const length = reader.uint('session_id_length', 1, 'Bytes of the session id.');
  if (length > 32) reader.fail(`a session id of ${length} bytes, at most 32 are allowed`);
  reader.raw(
    'session_id',
    length,
    'TLS 1.2: a session to take up again. TLS 1.3: random and echoed, so that old middleboxes see what they know.',
  );
}

function readSuites(reader: FieldReader): string {
  let count = 0;
  reader.each((list) => {
    list.uint('cipher_suite', 2, 'A cipher suite.', (id) => tlsSuite(id).name);
    count++;
  });
  return `${count} suites`;
}
