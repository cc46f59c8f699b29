/** Extensions about signatures and who may make them (RFC 8446 §4.2.3 to §4.2.6, RFC 9345). */
import { bytes, number } from '../../fields/dictionary.ts';
import { SIGNATURES, nameIn } from '../names.ts';
import {
  type Extension,
  type Head,
  extension,
  flag,
  readListLength,
  readNumbers,
  readOpaque,
} from './contract.ts';

const signatureName = nameIn(SIGNATURES, 2);

function schemes(head: Head): Extension {
  return extension(
    head,
    {
      list_length: number('Bytes of the list of schemes.'),
      signature: number('A signature scheme: algorithm, hash and padding in one number.'),
    },
    (reader, F) => {
      readListLength(reader, F.list_length, 2);
      return readNumbers(reader, F.signature, 2, signatureName);
    },
  );
}

export const signatureAlgorithms = schemes({
  type: 13,
  source: 'RFC 8446 §4.2.3',
  note: 'Signatures that the sender can verify, best first: without it the other side would not know how to sign.',
});

export const signatureAlgorithmsCert = schemes({
  type: 50,
  source: 'RFC 8446 §4.2.3',
  note: 'Signatures that the sender can verify inside certificates, where they differ from those of the handshake.',
});

export const postHandshakeAuth = flag({
  type: 49,
  source: 'RFC 8446 §4.2.6',
  note: 'The client is willing to show a certificate later, when the server asks for one.',
});

export const oidFilters = extension(
  {
    type: 48,
    source: 'RFC 8446 §4.2.5',
    note: 'Which extensions, with which values, a certificate of the client must have.',
  },
  {
    list_length: number('Bytes of the list of filters.'),
    oid_length: number('Bytes of the object identifier.'),
    oid: bytes('Object identifier of a certificate extension, in DER.'),
    values_length: number('Bytes of the values.'),
    values: bytes('Values that it must have, in DER.'),
  },
  (reader, F) => {
    readListLength(reader, F.list_length, 2);
    reader.each((list) => {
      list.sized(F.oid_length, 1, F.oid);
      list.sized(F.values_length, 2, F.values);
    });
  },
);

export const delegatedCredential = extension(
  {
    type: 34,
    source: 'RFC 9345 §4.1.1',
    note: 'A short-lived key that the certificate’s holder signed, so that the certificate’s own key can stay at home.',
  },
  {
    list_length: number('Bytes of the list of schemes.'),
    signature: number('A signature scheme that the client can verify for such a key.'),
    credential: bytes('The key, how long it is valid, and the signature over it.'),
  },
  (reader, F, { message }) => {
    if (message !== 'client_hello') return readOpaque(reader, F.credential);
    readListLength(reader, F.list_length, 2);
    return readNumbers(reader, F.signature, 2, signatureName);
  },
);
