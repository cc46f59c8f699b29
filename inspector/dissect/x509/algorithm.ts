/** AlgorithmIdentifier (RFC 5280 §4.1.1.2): which algorithm, with which parameters. */
import type { Field } from '#protocol/field';
import { type FieldSpec, bytes, dictionary, text } from '../fields/dictionary.ts';
import { showBytes } from '../fields/show.ts';
import { type DerNode, TAG, expected, oidOf } from './der.ts';
import { ALGORITHMS, nameOf } from './oids.ts';
import { type Faults, nodeField, partField } from './shape.ts';

export const ALGORITHM_FIELDS = dictionary('RFC 5280 §4.1.1.2', {
  oid: text('Object identifier of the algorithm.'),
  parameters: bytes('Its parameters in DER; for most there are none, or a NULL.'),
});

/** The algorithm as a field whose value is its name. */
export function algorithmField(spec: FieldSpec, node: DerNode | undefined, faults: Faults): Field {
  const sequence = expected(node, TAG.sequence, spec.name);
  return partField(spec, sequence, faults, (children) => {
    const [type, parameters] = sequence.children;
    const oid = oidOf(type, `the identifier of ${spec.name}`);
    children.push(nodeField(ALGORITHM_FIELDS.oid, type as DerNode, oid));
    if (parameters) children.push(nodeField(ALGORITHM_FIELDS.parameters, parameters, derOf(parameters)));
    return nameOf(ALGORITHMS, oid);
  });
}

function derOf({ bytes: all, start, end }: DerNode): string {
  return showBytes(all.subarray(start, end));
}
