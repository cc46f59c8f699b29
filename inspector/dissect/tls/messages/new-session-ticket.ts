/** NewSessionTicket, in the shapes of TLS 1.3 (RFC 8446 §4.6.1) and 1.2 (RFC 5077 §3.3). */
import { bytes, number } from '../../fields/dictionary.ts';
import { EXTENSION_LIST, readExtensions } from '../extensions/index.ts';
import { TLS13, message } from './contract.ts';

export const newSessionTicket = message(
  { type: 4, source: 'RFC 8446 §4.6.1' },
  {
    ticket_lifetime: number('Seconds for which the ticket can be used, at most a week in TLS 1.3.'),
    ticket_age_add: number(
      'Added to the age that the client will state, so that Eve cannot link two sessions by it.',
    ),
    ticket_nonce_length: number('Bytes of the nonce.'),
    ticket_nonce: bytes('Makes the key of each ticket differ.'),
    ticket_length: number('Bytes of the ticket.'),
    ticket: bytes(
      'Means something only to the server: often the session’s keys, sealed under a key of its own. In TLS 1.2 it crosses in the clear, and anyone who gets that key later can open the session.',
    ),
    ...EXTENSION_LIST,
  },
  (reader, F, { version }) => {
    const lifetime = reader.uint(F.ticket_lifetime, 4, (seconds) => seconds);
    if (version !== TLS13)
      return { ticket: { lifetime, ticket: reader.sized(F.ticket_length, 2, F.ticket) } };
    const ageAdd = reader.uint(F.ticket_age_add, 4);
    const nonce = reader.sized(F.ticket_nonce_length, 1, F.ticket_nonce);
    const ticket = reader.sized(F.ticket_length, 2, F.ticket);
    return {
      ticket: { lifetime, ageAdd, nonce, ticket },
      extensions: readExtensions(reader, 'new_session_ticket'),
    };
  },
);
