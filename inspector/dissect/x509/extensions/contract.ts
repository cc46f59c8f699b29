/** What a dissector of one certificate extension is (RFC 5280 §4.2). */
import type { Field } from '#protocol/field';
import {
  type DictionaryOf,
  type Entries,
  type FieldSpec,
  dictionary,
  text,
} from '../../fields/dictionary.ts';
import type { DerNode } from '../der.ts';
import type { Faults } from '../shape.ts';

/** Fills in the children; returns what sums them up. */
type Read = (value: DerNode, children: Field[], faults: Faults) => Field['value'];

export interface CertificateExtension {
  readonly oid: string;
  readonly spec: FieldSpec;
  readonly read: Read;
}

/** Begins every extension. */
export const HEADER_FIELDS = dictionary('RFC 5280 §4.2', {
  oid: text('Object identifier of the extension.'),
  critical: text('true: anyone who does not understand the extension must refuse the certificate.'),
});

export type Head = readonly [oid: string, name: string, source: string];

/** A row of the table: what the extension is, its fields, and how they are read. */
export function row<const E extends Entries>(
  [oid, name, source]: Head,
  note: string,
  entries: E,
  read: (fields: DictionaryOf<E>) => Read,
): CertificateExtension {
  const fields = dictionary(source, entries);
  return {
    oid,
    spec: { name, note, source, kind: 'text', fields: { ...HEADER_FIELDS, ...fields } },
    read: read(fields),
  };
}
