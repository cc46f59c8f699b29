/** Extensions of the negotiation itself: versions, retries, renegotiation and the grease that keeps it supple. */
import { bytes, number } from '../../fields/dictionary.ts';
import { inLine } from '../../fields/show.ts';
import { VERSIONS, nameIn } from '../names.ts';
import { extension, opaque, readListLength } from './contract.ts';

const versionName = nameIn(VERSIONS, 2);

export const supportedVersions = extension(
  {
    type: 43,
    source: 'RFC 8446 §4.2.1',
    note: 'The versions of TLS offered, or the one chosen. It is here because servers broke on new numbers in the old version field.',
  },
  {
    list_length: number('Bytes of the list of versions.'),
    version: number('A version offered, or in the answer the one chosen.'),
  },
  (reader, F, { message, facts }) => {
    if (message !== 'client_hello') {
      facts.version = reader.uint(F.version, 2, versionName);
      return versionName(facts.version);
    }
    readListLength(reader, F.list_length, 1);
    const versions: number[] = [];
    reader.each((list) => versions.push(list.uint(F.version, 2, versionName)));
    facts.versions = versions;
    return inLine(versions.map(versionName));
  },
);

export const cookie = extension(
  {
    type: 44,
    source: 'RFC 8446 §4.2.2',
    note: 'Issued in a retry request and sent back: the server need not remember the client in between, and sees that the client really is at its address.',
  },
  {
    cookie_length: number('Bytes of the cookie.'),
    cookie: bytes('Means something only to the server that made it.'),
  },
  (reader, F) => void reader.sized(F.cookie_length, 2, F.cookie),
);

export const renegotiationInfo = extension(
  {
    type: 65281,
    source: 'RFC 5746 §3.2',
    note: 'Ties a renegotiation to the handshake before it, so that nobody can put a beginning of their own before someone else’s connection. Empty in a first handshake.',
  },
  {
    renegotiated_connection_length: number('Bytes of what follows; 0 in a first handshake.'),
    renegotiated_connection: bytes('The Finished values of the previous handshake.'),
  },
  (reader, F) => void reader.sized(F.renegotiated_connection_length, 1, F.renegotiated_connection),
);

/** Not a number of its own: sixteen of them are reserved. */
export const grease = {
  ...opaque(
    {
      type: 0x0a0a,
      source: 'RFC 8701 §3',
      note: 'A number without meaning, mixed in by the client so that servers stay tolerant of what they do not know.',
    },
    'Filler without meaning.',
  ),
};
