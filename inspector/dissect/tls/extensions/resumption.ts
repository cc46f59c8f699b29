/** Extensions that resume a session or bring keys along (RFC 8446 §4.2.9 to §4.2.11, RFC 5077 §3.2). */
import { counted } from '#protocol/shown';
import { bytes, group, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { EMPTY, showUtf8 } from '#protocol/bytes';
import { showBytes } from '../../fields/show.ts';
import { PSK_MODES, nameIn } from '../names.ts';
import { extension, readListLength, readNumbers } from './contract.ts';

export const sessionTicket = extension(
  {
    type: 35,
    source: 'RFC 5077 §3.2',
    note: 'A ticket to resume a session without the server remembering it. Empty: the client has none and would like one.',
  },
  {
    data: bytes(
      'The ticket as the server issued it. Anyone who sees it twice knows that it is the same client.',
    ),
  },
  (reader, F, { message, facts }) => {
    const ticket = reader.left > 0 ? reader.rest(F.data) : EMPTY;
    if (message === 'client_hello') facts.ticket = ticket;
    return '';
  },
);

export const preSharedKey = extension(
  {
    type: 41,
    source: 'RFC 8446 §4.2.11',
    note: 'Keys that both sides hold already, from an earlier session or agreed on otherwise. Always the last extension, because its binders are computed over everything before them.',
  },
  {
    identities_length: number('Bytes of the list of identities.'),
    identities: group('The keys the client would use, best first.', {
      identity_length: number('Bytes of the identity.'),
      identity: bytes(
        'Names the key: a ticket, or the name of a key agreed on otherwise. In the clear: the same identity twice is the same client.',
      ),
      obfuscated_ticket_age: number(
        'Milliseconds since the ticket was issued, plus a secret number that came with it: the server sees how old it is, Eve does not. 0 for keys agreed on otherwise.',
        'RFC 8446 §4.2.11.1',
      ),
    }),
    binders_length: number('Bytes of the list of binders.', 'RFC 8446 §4.2.11.2'),
    binders: group(
      'One for each identity.',
      {
        binder_length: number('Bytes of the binder.'),
        binder: bytes(
          'HMAC over the hello up to here under a key from the pre-shared one: proof that the client holds it.',
        ),
      },
      'RFC 8446 §4.2.11.2',
    ),
    selected_identity: number('Which of the client’s identities the server took, counted from 0.'),
  },
  (reader, F, { message, facts }) => {
    if (message !== 'client_hello') {
      facts.selectedIdentity = reader.uint(F.selected_identity, 2);
      return facts.selectedIdentity;
    }
    const [identities, binders]: [Uint8Array[], Uint8Array[]] = [[], []];
    reader.sizedPart(F.identities_length, 2, F.identities, (list) => {
      const I = F.identities.fields;
      list.each((one) => {
        identities.push(one.sized(I.identity_length, 2, I.identity, showIdentity));
        one.uint(I.obfuscated_ticket_age, 4);
      });
      return counted(identities.length, 'identity', 'identities');
    });
    reader.sizedPart(F.binders_length, 2, F.binders, (list) => {
      const B = F.binders.fields;
      list.each((one) => binders.push(one.sized(B.binder_length, 1, B.binder)));
      return counted(binders.length, 'binder', 'binders');
    });
    facts.identities = identities;
    facts.binders = binders;
    return counted(identities.length, 'identity', 'identities');
  },
);

export const pskKeyExchangeModes = extension(
  {
    type: 45,
    source: 'RFC 8446 §4.2.9',
    note: 'How a pre-shared key may be used: alone (anyone who gets it later can read everything) or with a Diffie-Hellman exchange.',
  },
  {
    list_length: number('Bytes of the list of modes.'),
    mode: number(
      'psk_ke: the key alone. psk_dhe_ke: with a key exchange, so that recordings cannot be opened later.',
    ),
  },
  (reader, F) => {
    readListLength(reader, F.list_length, 1);
    return readNumbers(reader, F.mode, 1, nameIn(PSK_MODES, 1));
  },
);

export const earlyData = extension(
  {
    type: 42,
    source: 'RFC 8446 §4.2.10',
    note: 'The client sends data before the handshake is done, under the pre-shared key alone. Anyone who records it can send it again.',
  },
  { max_early_data_size: number('Bytes of early data that the server would take with this ticket.') },
  (reader, F, { facts }) => {
    facts.earlyData = true;
    return readSize(reader, () => reader.uint(F.max_early_data_size, 4));
  },
);

function readSize(reader: FieldReader, read: () => number): string | number {
  return reader.left > 0 ? read() : '';
}

/** Names of keys that people agreed on are text; tickets are not. */
function showIdentity(identity: Uint8Array): string {
  const readable = identity.length > 0 && identity.every((byte) => byte >= 0x20 && byte < 0x7f);
  return readable ? showUtf8(identity) : showBytes(identity);
}
