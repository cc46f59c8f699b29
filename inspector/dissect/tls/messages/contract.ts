/** What a dissector of one handshake message is. Some have another shape in each version and key exchange. */
import { type DictionaryOf, type Entries, dictionary } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { HANDSHAKE_TYPES, nameIn } from '../names.ts';
import type { MessageFacts } from './facts.ts';
import type { KeyExchange } from './key-exchange.ts';

export const TLS12 = 0x0303;
export const TLS13 = 0x0304;

/** What the hellos have settled; none of it is known before them, or when they were not seen. */
export interface MessageContext {
  readonly version?: number | undefined;
  readonly keyExchange?: KeyExchange | undefined;
  /** What the sender's Certificate message holds (RFC 7250 §3); an X.509 chain unless the hellos say otherwise. */
  readonly certificateType?: number | undefined;
}

export interface Message {
  readonly type: number;
  /** Its name in the IANA registry. */
  readonly name: string;
  readonly source: string;
  /** Fields after type and length. */
  readonly fields: DictionaryOf<Entries>;
  /** Reads what follows type and length; returns what matters for later records and messages. */
  read(reader: FieldReader, context: MessageContext): MessageFacts;
}

/** A row of the table: which message, its fields, and how they are read. */
export function message<const E extends Entries>(
  { type, source }: { readonly type: number; readonly source: string },
  entries: E,
  read: (reader: FieldReader, fields: DictionaryOf<E>, context: MessageContext) => MessageFacts | void,
): Message {
  const fields = dictionary(source, entries);
  return {
    type,
    name: nameIn(HANDSHAKE_TYPES, 1)(type),
    source,
    fields,
    read: (reader, context) => read(reader, fields, context) ?? {},
  };
}
