/** Extensions that name keys, to tell apart several of one holder. */
import type { Field } from '#protocol/field';
import { bytes, group } from '../../fields/dictionary.ts';
import { TAG, expected, isContext, partsOf } from '../der.ts';
import { GENERAL_NAMES, generalNames } from '../general-names.ts';
import { hexField, nodeField } from '../shape.ts';
import { row } from './contract.ts';

export const subjectKeyIdentifier = row(
  ['2.5.29.14', 'subject_key_identifier', 'RFC 5280 §4.2.1.2'],
  'Names the key of this certificate, usually by a hash: certificates it issued point at it.',
  { key_identifier: bytes('The identifier.') },
  (F) => (value, children) => {
    const field = hexField(F.key_identifier, expected(value, TAG.octetString, 'the identifier'));
    children.push(field);
    return field.value;
  },
);

export const authorityKeyIdentifier = row(
  ['2.5.29.35', 'authority_key_identifier', 'RFC 5280 §4.2.1.1'],
  'Names the key that signed this certificate, so that its issuer is found among several.',
  {
    key_identifier: bytes('Subject key identifier of the issuer.'),
    issuer: group('Name of the issuer’s own issuer.', GENERAL_NAMES),
    serial_number: bytes('Serial number of the issuer’s certificate.'),
  },
  (F) => (value, children, faults) => {
    for (const node of partsOf(value, 'the identifier')) {
      if (isContext(node, 0)) children.push(hexField(F.key_identifier, node));
      else if (isContext(node, 1)) {
        const names: Field[] = [];
        const line = generalNames(node.children, names, faults);
        children.push(nodeField(F.issuer, node, line, { children: names }));
      } else if (isContext(node, 2)) children.push(hexField(F.serial_number, node));
    }
    return children[0]?.value ?? '';
  },
);
