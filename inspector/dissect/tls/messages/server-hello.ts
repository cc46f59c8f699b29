/** ServerHello, and the HelloRetryRequest which only its random value tells apart (RFC 8446 §4.1.3, §4.1.4). */
import { EMPTY, toHex } from '#protocol/bytes';
import { bytes, number } from '../../fields/dictionary.ts';
import type { ExtensionFacts } from '../extensions/contract.ts';
import { EXTENSION_LIST, readExtensions } from '../extensions/index.ts';
import { RECORD_COMPRESSIONS, VERSIONS, draftOf, nameIn } from '../names.ts';
import { tlsSuite } from '../suites.ts';
import { TLS13, message } from './contract.ts';
import type { ServerHello } from './facts.ts';
import { SESSION_ID, readSessionId } from './session-id.ts';

/** SHA-256 of "HelloRetryRequest": the random value that marks one. RFC 8446 §4.1.3. */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

export const serverHello = message(
  { type: 2, source: 'RFC 8446 §4.1.3' },
  {
    legacy_version: number('In TLS 1.2 the version chosen; in TLS 1.3 frozen at TLS 1.2.'),
    random: bytes(
      'Fresh random bytes of the server. One fixed value makes this a request to try again; “DOWNGRD” at the end warns that someone may have talked both sides down to an older version.',
    ),
    ...SESSION_ID,
    cipher_suite: number(
      'The suite chosen from the client’s offer: cipher and hash of everything that follows.',
    ),
    compression_method: number(
      'How records are compressed before they are sealed; null: not at all. Compressing let attackers guess secrets from lengths (CRIME), and TLS 1.3 no longer has it.',
    ),
    ...EXTENSION_LIST,
  },
  (reader, F) => {
    const legacy = reader.uint(F.legacy_version, 2, nameIn(VERSIONS, 2));
    const random = reader.raw(F.random, 32);
    // Drafts before the 22nd had a server hello without session id and compression method.
    const short = draftOf(legacy) !== undefined;
    const sessionId = short ? EMPTY : readSessionId(reader);
    const suite = tlsSuite(reader.uint(F.cipher_suite, 2, (id) => tlsSuite(id).name));
    const compression = short ? 0 : reader.uint(F.compression_method, 1, nameIn(RECORD_COMPRESSIONS, 1));
    const retry = toHex(random) === RETRY_RANDOM;
    const extensions = readExtensions(reader, retry ? 'hello_retry_request' : 'server_hello');
    const settled = { ...versionOf(extensions.version ?? legacy), suite, compression, retry };
    return { serverHello: { random, sessionId, ...settled, ...answers(extensions), extensions } };
  },
);

/** A draft is read as the version that became of it. */
function versionOf(said: number): Pick<ServerHello, 'version' | 'draft'> {
  const draft = draftOf(said);
  return draft === undefined ? { version: said } : { version: TLS13, draft };
}

function answers({
  encryptThenMac = false,
  extendedMasterSecret = false,
  selectedIdentity,
}: ExtensionFacts): Pick<ServerHello, 'encryptThenMac' | 'extendedMasterSecret' | 'selectedIdentity'> {
  const taken = selectedIdentity === undefined ? {} : { selectedIdentity };
  return { encryptThenMac, extendedMasterSecret, ...taken };
}
