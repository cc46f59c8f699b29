/** What a dissector of one extension is, and what it may tell the rest of the dissection. */
import { counted } from '#protocol/shown';
import {
  type DictionaryOf,
  type Entries,
  type FieldSpec,
  bytes,
  dictionary,
  number,
} from '../../fields/dictionary.ts';
import type { FieldReader, Show } from '../../fields/field-reader.ts';
import { inLine } from '../../fields/show.ts';
import { EXTENSIONS, nameIn } from '../names.ts';

/** The message that holds the extensions: some have another shape in the answer. */
export type ExtensionMessage =
  | 'client_hello'
  | 'server_hello'
  | 'hello_retry_request'
  | 'encrypted_extensions'
  | 'certificate'
  | 'certificate_request'
  | 'new_session_ticket';

/** What extensions say that later records and messages depend on. */
export interface ExtensionFacts {
  /** Chosen by the server. */
  version?: number;
  /** Offered by the client. */
  versions?: number[];
  serverName?: string;
  /** Offered by the client, or the one that the server chose. */
  protocols?: string[];
  earlyData?: boolean;
  encryptThenMac?: boolean;
  extendedMasterSecret?: boolean;
  /** Identities of the pre-shared keys that the client offers, with a binder each. */
  identities?: Uint8Array[];
  binders?: Uint8Array[];
  /** TLS 1.2: the ticket of a session that the client would resume; empty when it would like one. */
  ticket?: Uint8Array;
  /** Which of the identities the server took, from 0. */
  selectedIdentity?: number;
  /** What each side's Certificate message will hold, chosen by the server (RFC 7250 §3). */
  clientCertificateType?: number;
  serverCertificateType?: number;
  /** Groups and public keys; a retry request has the group alone. */
  keyShares?: { readonly group: number; readonly publicKey?: Uint8Array }[];
}

export interface ExtensionContext {
  readonly message: ExtensionMessage;
  readonly facts: ExtensionFacts;
}

export interface Extension {
  readonly type: number;
  readonly spec: FieldSpec;
  /** Reads the content; the text it returns sums the extension up. */
  read(reader: FieldReader, context: ExtensionContext): string | number | void;
}

/** Begins every extension. */
export const HEADER = {
  type: number('Which extension: a number of the IANA registry.', 'RFC 8446 §4.2'),
  length: number('Bytes of its content.', 'RFC 8446 §4.2'),
} as const satisfies Entries;

export interface Head {
  readonly type: number;
  readonly note: string;
  readonly source: string;
}

/** A row of the table: what the extension is, its fields, and how they are read. */
export function extension<const E extends Entries>(
  { type, note, source }: Head,
  entries: E,
  read: (reader: FieldReader, fields: DictionaryOf<E>, context: ExtensionContext) => string | number | void,
): Extension {
  const fields = dictionary(source, entries);
  const name = nameIn(EXTENSIONS, 2)(type);
  return {
    type,
    spec: { name, note, source, kind: 'text', fields: { ...dictionary(source, HEADER), ...fields } },
    read: (reader, context) => read(reader, fields, context),
  };
}

/** An extension whose presence says it all. */
export function flag(head: Head, note?: (facts: ExtensionFacts) => void): Extension {
  return extension(head, {}, (_reader, _fields, { facts }) => note?.(facts));
}

/** An extension whose content is shown as bytes. */
export function opaque(head: Head, content = 'Its content.'): Extension {
  return extension(head, { data: bytes(content) }, (reader, fields) => readOpaque(reader, fields.data));
}

/** What is left, as bytes; it may be empty. */
export function readOpaque(reader: FieldReader, spec: FieldSpec): string {
  if (reader.left > 0) reader.rest(spec);
  return '';
}

/** A list's length, which must be what is left. */
export function readListLength(reader: FieldReader, spec: FieldSpec, size: number): void {
  const length = reader.uint(spec, size);
  if (length !== reader.left)
    reader.fail(`a list of ${counted(length, 'byte')} where there are ${reader.left}`);
}

/** Reads numbers of `size` bytes to the end of the part, each with its name; returns the names in one line. */
export function readNumbers(reader: FieldReader, spec: FieldSpec, size: number, show: Show<number>): string {
  const names: (string | number)[] = [];
  reader.each((list) => names.push(show(list.uint(spec, size, show))));
  return inLine(names);
}
