/** Extensions that say for which names a certificate is valid, or for which its holder may issue others. */
import type { Field } from '#protocol/field';
import { group } from '../../fields/dictionary.ts';
import { inLine } from '../../fields/show.ts';
import { isContext, partsOf } from '../der.ts';
import { GENERAL_NAMES, generalNames } from '../general-names.ts';
import { nodeField } from '../shape.ts';
import { type CertificateExtension, type Head, row } from './contract.ts';

function alternativeNames(head: Head, note: string): CertificateExtension {
  return row(
    head,
    note,
    GENERAL_NAMES,
    () => (value, children, faults) => generalNames(partsOf(value, 'the names'), children, faults),
  );
}

export const subjectAlternativeName = alternativeNames(
  ['2.5.29.17', 'subject_alternative_name', 'RFC 5280 §4.2.1.6'],
  'For which hosts and addresses the certificate is valid: what a client compares with the host it wanted.',
);
export const issuerAlternativeName = alternativeNames(
  ['2.5.29.18', 'issuer_alternative_name', 'RFC 5280 §4.2.1.7'],
  'Further names of the issuer.',
);

export const nameConstraints = row(
  ['2.5.29.30', 'name_constraints', 'RFC 5280 §4.2.1.10'],
  'For which names the holder may issue certificates.',
  {
    permitted: group('Names must be below one of these.', GENERAL_NAMES),
    excluded: group('Names must not be below any of these.', GENERAL_NAMES),
  },
  (F) => (value, children, faults) => {
    for (const node of partsOf(value, 'the name constraints')) {
      const bases = node.children.flatMap((subtree) => subtree.children.slice(0, 1));
      const names: Field[] = [];
      const line = generalNames(bases, names, faults);
      children.push(
        nodeField(isContext(node, 0) ? F.permitted : F.excluded, node, line, { children: names }),
      );
    }
    return inLine(children.map(({ name, value: names }) => `${name}: ${names}`));
  },
);
