/** Extensions that settle the key exchange (RFC 8446 §4.2.7, §4.2.8; RFC 8422 §5.1). */
import { bytes, number } from '../../fields/dictionary.ts';
import { inLine } from '../../fields/show.ts';
import { GROUPS, nameIn } from '../names.ts';
import { EC_POINT_FORMATS } from '../registries.ts';
import { type ExtensionFacts, extension, readListLength, readNumbers } from './contract.ts';

const groupName = nameIn(GROUPS, 2);

export const supportedGroups = extension(
  {
    type: 10,
    source: 'RFC 8446 §4.2.7',
    note: 'Groups for the key exchange that the client knows, best first. Together with the suites it tells clients apart: part of what fingerprints such as JA3 are made of.',
  },
  {
    list_length: number('Bytes of the list of groups.'),
    group: number('A group: an elliptic curve, a finite field, or a hybrid with a post-quantum part.'),
  },
  (reader, F) => {
    readListLength(reader, F.list_length, 2);
    return readNumbers(reader, F.group, 2, groupName);
  },
);

export const ecPointFormats = extension(
  {
    type: 11,
    source: 'RFC 8422 §5.1.2',
    note: 'How points of a curve may be written. A relic: only the uncompressed form is left, and TLS 1.3 does not use the extension.',
  },
  {
    list_length: number('Bytes of the list of formats.'),
    format: number('A way to write points: 00, uncompressed, must be among them.'),
  },
  (reader, F) => {
    readListLength(reader, F.list_length, 1);
    return readNumbers(reader, F.format, 1, nameIn(EC_POINT_FORMATS, 1));
  },
);

export const keyShare = extension(
  {
    type: 51,
    source: 'RFC 8446 §4.2.8',
    note: 'Public keys for the Diffie-Hellman exchange, fresh in every handshake: the reason why a stolen certificate key opens no recording. A retry request names only the group in which the client should try again.',
  },
  {
    list_length: number('Bytes of the list of shares.'),
    group: number('The group this key belongs to.'),
    key_length: number('Bytes of the public key.'),
    public_key: bytes('The public half of a one-time key; the other half never leaves its side.'),
  },
  (reader, F, { message, facts }) => {
    if (message === 'client_hello') readListLength(reader, F.list_length, 2);
    const shares: NonNullable<ExtensionFacts['keyShares']> = [];
    reader.each((list) => {
      const group = list.uint(F.group, 2, groupName);
      if (message === 'hello_retry_request') return void shares.push({ group });
      shares.push({ group, publicKey: list.sized(F.key_length, 2, F.public_key) });
    });
    facts.keyShares = shares;
    return inLine(shares.map(({ group }) => groupName(group)));
  },
);
