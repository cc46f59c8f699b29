/** What every connection has: its welcome, answers to any request, and its end. */
import * as v from 'valibot';
import { WIRE_NAMES } from '../wires.ts';
import type { ClientRows } from './client-row.ts';
import { count, described, members, ref, type, wholeNumber } from './fields.ts';

export const CONNECTION_FROM_CLIENT = {
  ping: {
    right: 'anyone',
    rate: 'ask',
    answers: ['pong'],
    sending: 'session',
    schema: v.object({ type: type('ping', 'Asks for a pong: is anyone there?'), ref }),
  },
  bye: {
    right: 'anyone',
    rate: 'ask',
    answers: [],
    sending: 'session',
    schema: v.object({ type: type('bye', 'Says that the client is leaving for good.') }),
  },
} as const satisfies ClientRows;

export const CONNECTION_FROM_SERVER = {
  welcome: v.object({
    type: type('welcome', 'The first frame on every connection, before the client has said anything.'),
    protocol: described(v.number(), 'Version of this protocol.'),
    server: described(v.string(), 'Name of the server software.'),
    wire: described(v.picklist(WIRE_NAMES), 'The wire this connection uses.'),
    name: described(v.string(), 'A guest name kept free for this client until it joins.'),
    room: described(v.string(), 'The room to start in.'),
    members,
    count,
    tapped: v.optional(
      described(
        v.literal(true),
        'The traffic on the wires of this server is recorded together with its secrets, for everyone who may open its page: passwords and private messages, too.',
      ),
    ),
    flag: v.optional(
      described(
        v.string(),
        'In a class: the flag of the student whose own shared key opened this connection. It is on the psk wires only, and nowhere else.',
      ),
    ),
    text: described(v.string(), 'The same in words, for a person who looks at the bytes.'),
  }),
  pong: v.object({ type: type('pong', 'Yes.'), ref }),
  done: v.object({
    type: type('done', 'The request was carried out, and what it changed is stored.'),
    ref,
    of: described(v.string(), 'The type of the request.'),
    text: described(v.string(), 'The same in words.'),
  }),
  error: v.object({
    type: type('error', 'Something was refused.'),
    code: described(v.string(), 'Which rule, from the table of error codes.'),
    message: described(v.string(), 'The same in words.'),
    fatal: described(v.boolean(), 'True when the connection is closed after this frame.'),
    expected: v.optional(described(v.string(), 'What would have been right.')),
    got: v.optional(described(v.string(), 'What came instead.')),
    ref,
    room: v.optional(described(v.string(), 'The room that the refused request was about.')),
    suggestions: v.optional(described(v.array(v.string()), 'Names that are free.')),
    retry_after: v.optional(described(wholeNumber, 'Seconds after which it may work.')),
  }),
  bye: v.object({
    type: type('bye', 'The server is going away; the connection ends after this frame.'),
    reason: described(v.string(), 'Why, as an error code.'),
    text: described(v.string(), 'The same in words.'),
  }),
} as const;
