/** ClientHello: what the client offers (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). */
import { counted } from '#protocol/shown';
import { bytes, group, number } from '../../fields/dictionary.ts';
import { EXTENSION_LIST, readExtensions } from '../extensions/index.ts';
import { VERSIONS, nameIn } from '../names.ts';
import { tlsSuite } from '../suites.ts';
import { message } from './contract.ts';
import { SESSION_ID, readSessionId } from './session-id.ts';

const version = nameIn(VERSIONS, 2);

export const clientHello = message(
  { type: 1, source: 'RFC 8446 §4.1.2' },
  {
    legacy_version: number(
      'Frozen at TLS 1.2; the versions really offered stand in the extension supported_versions.',
    ),
    random: bytes(
      'Fresh random bytes of the client. They make every handshake differ, and they name this session in a key log.',
    ),
    ...SESSION_ID,
    cipher_suites_length: number('Bytes of the list of cipher suites.'),
    cipher_suites: group(
      'The suites the client would accept, best first. Which ones, and in which order, tells clients apart.',
      { cipher_suite: number('A cipher suite the client would accept.', 'RFC 8446 §B.4') },
    ),
    compression_methods_length: number('Bytes of the list that follows.'),
    compression_methods: bytes(
      'Only 00, none: compressing before encrypting let attackers guess secrets from lengths (CRIME).',
    ),
    ...EXTENSION_LIST,
  },
  (reader, F) => {
    reader.uint(F.legacy_version, 2, version);
    const random = reader.raw(F.random, 32);
    const sessionId = readSessionId(reader);
    const suites: number[] = [];
    reader.sizedPart(F.cipher_suites_length, 2, F.cipher_suites, (list) => {
      const { cipher_suite } = F.cipher_suites.fields;
      list.each((one) => suites.push(one.uint(cipher_suite, 2, (id) => tlsSuite(id).name)));
      return counted(suites.length, 'suite');
    });
    reader.sized(F.compression_methods_length, 1, F.compression_methods);
    const extensions = readExtensions(reader, 'client_hello');
    return {
      clientHello: { random, sessionId, suites, earlyData: extensions.earlyData === true, extensions },
    };
  },
);
