/** Distinguished names (RFC 5280 §4.1.2.4): of issuers and subjects, attribute by attribute. */
import type * as asn1js from 'asn1js';
import { toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { type Dictionary, type Entry, type FieldSpec, dictionary, text } from '../fields/dictionary.ts';
import type { Reading } from '../fields/field-reader.ts';
import { type DerNode, TAG, contentBytes, expected, oidOf, partsOf } from './der.ts';
import { type Faults, attempt, nodeField, readDer } from './shape.ts';

const SOURCE = 'RFC 5280 §4.1.2.4';

/** Attributes by object identifier: name of the field, short form in one-line names, note. */
const ATTRIBUTES: Readonly<Record<string, readonly [name: string, short: string, note: string]>> = {
  '2.5.4.3': [
    'common_name',
    'CN',
    'The name people know it by. Hosts are no longer looked up here: the subject alternative names count.',
  ],
  '2.5.4.4': ['surname', 'SN', 'Family name.'],
  '2.5.4.5': [
    'serial_number',
    'serialNumber',
    'A number that tells holders of the same name apart, such as a company’s registration.',
  ],
  '2.5.4.6': ['country', 'C', 'Country, two letters.'],
  '2.5.4.7': ['locality', 'L', 'Town.'],
  '2.5.4.8': ['state_or_province', 'ST', 'State or province.'],
  '2.5.4.9': ['street', 'street', 'Street.'],
  '2.5.4.10': ['organization', 'O', 'Organization.'],
  '2.5.4.11': ['organizational_unit', 'OU', 'Part of the organization; nobody checks it.'],
  '2.5.4.12': ['title', 'title', 'Title.'],
  '2.5.4.15': ['business_category', 'businessCategory', 'Kind of organization.'],
  '2.5.4.17': ['postal_code', 'postalCode', 'Postal code.'],
  '2.5.4.42': ['given_name', 'GN', 'Given name.'],
  '2.5.4.43': ['initials', 'initials', 'Initials.'],
  '2.5.4.44': ['generation_qualifier', 'generationQualifier', 'Such as Jr. or III.'],
  '2.5.4.46': ['dn_qualifier', 'dnQualifier', 'Tells apart holders that would have the same name.'],
  '2.5.4.65': ['pseudonym', 'pseudonym', 'Pseudonym.'],
  '2.5.4.97': [
    'organization_identifier',
    'organizationIdentifier',
    'The organization’s number in a register.',
  ],
  '0.9.2342.19200300.100.1.1': ['user_id', 'UID', 'User id.'],
  '0.9.2342.19200300.100.1.25': ['domain_component', 'DC', 'One label of a domain name.'],
  '1.2.840.113549.1.9.1': [
    'email_address',
    'emailAddress',
    'Mail address; it belongs in the alternative names.',
  ],
  '1.3.6.1.4.1.311.60.2.1.1': ['jurisdiction_locality', 'jurisdictionL', 'Town where it is registered.'],
  '1.3.6.1.4.1.311.60.2.1.2': ['jurisdiction_state', 'jurisdictionST', 'State where it is registered.'],
  '1.3.6.1.4.1.311.60.2.1.3': ['jurisdiction_country', 'jurisdictionC', 'Country where it is registered.'],
};

const OTHER = 'attribute';

/** Fields of a name. */
export const NAME_FIELDS = dictionary(SOURCE, {
  ...(Object.fromEntries(Object.values(ATTRIBUTES).map(([name, , note]) => [name, text(note)])) as Record<
    string,
    Entry
  >),
  [OTHER]: text('An attribute that has no name here: its object identifier and its value.'),
});

/** The fields of a name and the name in one line, as `CN=…, O=…`; what does not fit ends up in `faults`. */
export function readName(node: DerNode, children: Field[], faults: Faults): string {
  const line: string[] = [];
  attempt(SOURCE, node, { faults, children }, () => {
    for (const rdn of partsOf(node, 'a name')) {
      for (const pair of expected(rdn, TAG.set, 'a part of a name').children)
        line.push(readAttribute(pair, children));
    }
  });
  return line.join(', ');
}

/** The name from `start` to before `end`, and nothing else. Never throws. */
export function readNameBytes(bytes: Uint8Array, start: number, end: number): Reading {
  return readDer(SOURCE, [bytes, start, end], readName);
}

function readAttribute(pair: DerNode, children: Field[]): string {
  const [type, value] = partsOf(pair, 'an attribute of a name');
  const oid = oidOf(type, 'the type of an attribute');
  const shown = stringOf(value);
  const [name, short] = ATTRIBUTES[oid] ?? [OTHER, oid];
  const known = name !== OTHER;
  children.push(
    nodeField((NAME_FIELDS as Dictionary)[name] as FieldSpec, pair, known ? shown : `${oid}=${shown}`),
  );
  return `${short}=${shown}`;
}

const STRINGS: ReadonlySet<number> = new Set([12, 18, 19, 20, 22, 25, 26, 27, 28, 30]);

/** Text of a string of any of the kinds that ASN.1 has; hex of anything else. */
export function stringOf(node: DerNode | undefined): string {
  if (!node) return '';
  if (node.tagClass !== 'universal' || !STRINGS.has(node.tag))
    return toHex(contentBytes(node)).slice(0, 2_000);
  return (node.block as asn1js.Utf8String).getValue();
}
