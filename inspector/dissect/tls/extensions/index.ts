/** Extensions of the handshake (RFC 8446 §4.2): the table of those known here, and how a list of them is read. */
import { counted } from '#protocol/shown';
import {
  type Dictionary,
  type FieldSpec,
  bytes,
  dictionary,
  group,
  number,
} from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { showBytes } from '../../fields/show.ts';
import { EXTENSIONS, nameIn } from '../names.ts';
import { isGrease } from '../suites.ts';
import * as certificates from './certificates.ts';
import {
  type Extension,
  type ExtensionFacts,
  type ExtensionContext,
  HEADER,
  type ExtensionMessage,
} from './contract.ts';
import { encryptedClientHello } from './encrypted-client-hello.ts';
import * as keyExchange from './key-exchange.ts';
import * as protocols from './names-and-protocols.ts';
import { OTHERS } from './others.ts';
import * as resumption from './resumption.ts';
import * as signatures from './signatures.ts';
import * as protection from './sizes-and-protection.ts';
import * as versions from './versions.ts';

/** A new extension is added here. */
const TABLE: readonly Extension[] = [
  ...Object.values(protocols),
  ...Object.values(keyExchange),
  ...Object.values(versions).filter((extension) => extension !== versions.grease),
  ...Object.values(signatures),
  ...Object.values(resumption),
  ...Object.values(protection),
  ...Object.values(certificates),
  encryptedClientHello,
  ...OTHERS,
];
const BY_TYPE = new Map(TABLE.map((extension) => [extension.type, extension]));

const UNKNOWN: FieldSpec = {
  name: 'unknown_extension',
  note: 'An extension that is not known here. A side that does not know an extension ignores it.',
  source: 'RFC 8446 §4.2',
  kind: 'text',
  fields: dictionary('RFC 8446 §4.2', { ...HEADER, data: bytes('Its content.') }),
};
const GREASE: FieldSpec = { ...versions.grease.spec, name: 'grease' };

/** What every message with extensions has at its end. */
export const EXTENSION_LIST = {
  extensions_length: number('Bytes of all extensions.', 'RFC 8446 §4.2'),
  extensions: {
    ...group('What has been added to the handshake over the years, each with a number and a length.', {}),
    source: 'RFC 8446 §4.2',
    fields: Object.fromEntries(
      [...TABLE.map(({ spec }) => spec), GREASE, UNKNOWN].map((spec) => [spec.name, spec]),
    ) as Dictionary,
  },
} as const;

const LIST = dictionary('RFC 8446 §4.2', EXTENSION_LIST);
const header = dictionary('RFC 8446 §4.2', HEADER);
const extensionName = nameIn(EXTENSIONS, 2);

/** Messages that are older than extensions (RFC 5246 §7.4.1.2). */
const OPTIONAL: ReadonlySet<ExtensionMessage> = new Set(['client_hello', 'server_hello']);

/** Reads the length and the extensions that end a message; older hellos may have none at all. */
export function readExtensions(reader: FieldReader, message: ExtensionMessage): ExtensionFacts {
  const facts: ExtensionFacts = {};
  if (reader.left === 0 && OPTIONAL.has(message)) return facts;
  reader.sizedPart(LIST.extensions_length, 2, LIST.extensions, (list) => {
    let count = 0;
    list.each((inside) => {
      readExtension(inside, { message, facts });
      count++;
    });
    return counted(count, 'extension');
  });
  return facts;
}

function readExtension(reader: FieldReader, context: ExtensionContext): void {
  if (reader.left < 4) reader.fail(`an extension needs 4 bytes, ${reader.left} are left`);
  const [type, length] = reader.peekUints(2, 2) as [number, number];
  if (length > reader.left - 4) {
    reader.fail(`${extensionName(type)} needs ${counted(length, 'byte')}, ${reader.left - 4} left`);
  }
  const known = BY_TYPE.get(type);
  const spec = known?.spec ?? (isGrease(type) ? GREASE : UNKNOWN);
  reader.part(spec, 4 + length, (inside) => {
    inside.uint(header.type, 2, extensionName);
    inside.uint(header.length, 2);
    if (known) return known.read(inside, context);
    if (inside.left === 0) return extensionName(type);
    return `${extensionName(type)}: ${showBytes(inside.rest(spec.fields?.['data'] as FieldSpec))}`;
  });
}
