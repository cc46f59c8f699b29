/** Extensions of certificates (RFC 5280 §4.2): the table of those known here, and how a list of them is read. */
import type { Field } from '#protocol/field';
import { type Dictionary, type FieldSpec, bytes } from '../../fields/dictionary.ts';
import { type DerNode, TAG, contentBytes, expected, isUniversal, oidOf, parseDer, partsOf } from '../der.ts';
import { counted } from '#protocol/shown';
import { type Faults, hexField, nodeField, partField } from '../shape.ts';
import { type CertificateExtension, HEADER_FIELDS, row } from './contract.ts';
import * as identifiers from './identifiers.ts';
import * as names from './names.ts';
import { OPAQUE } from './opaque.ts';
import * as references from './references.ts';
import * as usage from './usage.ts';

/** A new extension is added here. */
export const CERTIFICATE_EXTENSIONS: readonly CertificateExtension[] = [
  ...Object.values(names),
  ...Object.values(usage),
  ...Object.values(identifiers),
  ...Object.values(references),
  ...OPAQUE,
];

/** An extension without a row. */
const UNKNOWN = row(
  ['', 'unknown_extension', 'RFC 5280 §4.2'],
  'An extension that is not known here.',
  { data: bytes('Its content in DER.') },
  () => () => '',
);

/** The extensions that a list may hold. */
export function extensionFields(rows: readonly CertificateExtension[]): Dictionary {
  return Object.fromEntries([...rows, UNKNOWN].map(({ spec }) => [spec.name, spec]));
}

/** The extensions of a list by the rows of a table, as a field of this spec. */
export function extensionsField(
  spec: FieldSpec,
  node: DerNode,
  rows: readonly CertificateExtension[],
  faults: Faults,
): Field {
  return partField(spec, node, faults, (children) => {
    const list = partsOf(node.children[0], 'the extensions');
    for (const extension of list) children.push(extensionField(extension, rows, faults));
    return counted(list.length, 'extension');
  });
}

function extensionField(node: DerNode, rows: readonly CertificateExtension[], faults: Faults): Field {
  const parts = [...partsOf(node, 'an extension')];
  const id = parts.shift();
  const oid = oidOf(id, 'the identifier of an extension');
  const extension = rows.find((known) => known.oid === oid);
  return partField((extension ?? UNKNOWN).spec, node, faults, (children) => {
    children.push(nodeField(HEADER_FIELDS.oid, id as DerNode, oid));
    const critical = isUniversal(parts[0], TAG.boolean) ? parts.shift() : undefined;
    if (critical) children.push(nodeField(HEADER_FIELDS.critical, critical, contentBytes(critical)[0] !== 0));
    const content = expected(parts[0], TAG.octetString, 'the content of an extension');
    return extension
      ? readContent(extension, content, children, faults)
      : readUnknown(oid, content, children);
  });
}

function readContent(
  { read }: CertificateExtension,
  content: DerNode,
  children: Field[],
  faults: Faults,
): Field['value'] {
  const own: Field[] = [];
  try {
    return read(parseDer(content.bytes, content.content, content.end), own, faults);
  } finally {
    children.push(...own);
  }
}

function readUnknown(oid: string, content: DerNode, children: Field[]): string {
  const data = UNKNOWN.spec.fields?.['data'] as FieldSpec;
  children.push(hexField(data, content));
  return oid;
}
