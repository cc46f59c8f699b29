/** Extensions of certificates (RFC 5280 §4.2): a row each. */
import { toHex } from '#wire/bytes';
import type { Field } from '#wire/field';
import {
  type DictionaryOf,
  type Entries,
  type FieldSpec,
  bytes,
  dictionary,
  group,
  number,
  text,
} from '../dictionary.ts';
import { type DerNode, TAG, contentBytes, expected, isContext, isUniversal, oidOf } from './der.ts';
import { GENERAL_NAMES, generalName, generalNames } from './general-names.ts';
import { stringOf } from './name.ts';
import { ACCESS_METHODS, POLICIES, PURPOSES, nameOf } from './oids.ts';
import { type Faults, hexField, integerField, nodeField } from './shape.ts';

/** Fills the children in; gives what sums them up. */
type Read = (value: DerNode, children: Field[], faults: Faults) => Field['value'];

export interface CertificateExtension {
  readonly oid: string;
  readonly spec: FieldSpec;
  readonly read: Read;
}

const HEADER = {
  oid: text('Object identifier of the extension.', 'RFC 5280 §4.2'),
  critical: text('true: who does not understand the extension must refuse the certificate.', 'RFC 5280 §4.2'),
} as const satisfies Entries;

export const HEADER_FIELDS = dictionary('RFC 5280 §4.2', HEADER);

function row<const E extends Entries>(
  [oid, name, source]: readonly [oid: string, name: string, source: string],
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

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const keyUsage = row(
  ['2.5.29.15', 'key_usage', 'RFC 5280 §4.2.1.3'],
  'What the key may be used for. A certificate that signs others needs keyCertSign; a server needs digitalSignature.',
  { usage: text('One thing that the key may be used for.') },
  (F) => (value, children) => {
    const [unused = 0, ...octets] = contentBytes(expected(value, TAG.bitString, 'the key usage'));
    const bits = octets.length * 8 - unused;
    const usages = KEY_USAGES.filter(
      (_, i) => i < bits && ((octets[i >> 3] as number) & (0x80 >> (i & 7))) !== 0,
    );
    children.push(...usages.map((usage) => nodeField(F.usage, value, usage)));
    return usages.join(', ');
  },
);

const extendedKeyUsage = row(
  ['2.5.29.37', 'extended_key_usage', 'RFC 5280 §4.2.1.12'],
  'For which purposes the certificate is meant: a TLS server needs serverAuth.',
  { purpose: text('One purpose.') },
  (F) => (value, children) =>
    joined(
      expected(value, TAG.sequence, 'the extended key usage').children.map((node) => {
        const purpose = nameOf(PURPOSES, oidOf(node, 'a purpose'));
        children.push(nodeField(F.purpose, node, purpose));
        return purpose;
      }),
    ),
);

const basicConstraints = row(
  ['2.5.29.19', 'basic_constraints', 'RFC 5280 §4.2.1.9'],
  'Whether the holder may issue certificates. Clients that did not look at it let anyone with any certificate play issuer.',
  {
    ca: text('true: the holder may issue certificates.'),
    path_length: number('How many further issuers may stand below this one.'),
  },
  (F) => (value, children) => {
    const nodes = [...expected(value, TAG.sequence, 'the basic constraints').children];
    const flag = isUniversal(nodes[0], TAG.boolean) ? nodes.shift() : undefined;
    const ca = flag !== undefined && contentBytes(flag)[0] !== 0;
    children.push(nodeField(F.ca, flag ?? value, ca));
    const [length] = nodes;
    if (!length) return ca ? 'CA' : 'not a CA';
    const field = integerField(F.path_length, length);
    children.push(field);
    return `${ca ? 'CA' : 'not a CA'}, path length ${field.value}`;
  },
);

const subjectKeyIdentifier = row(
  ['2.5.29.14', 'subject_key_identifier', 'RFC 5280 §4.2.1.2'],
  'Names the key of this certificate, usually by a hash: certificates it issued point at it.',
  { key_identifier: bytes('The identifier.') },
  (F) => (value, children) =>
    pushed(children, hexField(F.key_identifier, expected(value, TAG.octetString, 'the identifier'))),
);

const authorityKeyIdentifier = row(
  ['2.5.29.35', 'authority_key_identifier', 'RFC 5280 §4.2.1.1'],
  'Names the key that signed this certificate, so that its issuer is found among several.',
  {
    key_identifier: bytes('Subject key identifier of the issuer.'),
    issuer: group('Name of the issuer’s own issuer.', GENERAL_NAMES),
    serial_number: bytes('Serial number of the issuer’s certificate.'),
  },
  (F) => (value, children, faults) => {
    for (const node of expected(value, TAG.sequence, 'the identifier').children) {
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

function alternativeNames(oid: string, name: string, whose: string): CertificateExtension {
  return row(
    [oid, name, oid === '2.5.29.17' ? 'RFC 5280 §4.2.1.6' : 'RFC 5280 §4.2.1.7'],
    whose,
    GENERAL_NAMES,
    () => (value, children, faults) =>
      generalNames(expected(value, TAG.sequence, 'the names').children, children, faults),
  );
}

const nameConstraints = row(
  ['2.5.29.30', 'name_constraints', 'RFC 5280 §4.2.1.10'],
  'For which names the holder may issue certificates.',
  {
    permitted: group('Names must lie below one of these.', GENERAL_NAMES),
    excluded: group('Names must lie below none of these.', GENERAL_NAMES),
  },
  (F) => (value, children, faults) => {
    for (const node of expected(value, TAG.sequence, 'the name constraints').children) {
      const bases = node.children.flatMap((subtree) => subtree.children.slice(0, 1));
      const names: Field[] = [];
      const line = generalNames(bases, names, faults);
      children.push(
        nodeField(isContext(node, 0) ? F.permitted : F.excluded, node, line, { children: names }),
      );
    }
    return joined(children.map(({ name, value: names }) => `${name}: ${names}`));
  },
);

const CPS = '1.3.6.1.5.5.7.2.1';

const certificatePolicies = row(
  ['2.5.29.32', 'certificate_policies', 'RFC 5280 §4.2.1.4'],
  'Under which rules the certificate was issued, and so what was checked.',
  {
    policy: text('A set of rules: by name where it is a common one.'),
    cps_uri: text('Where the rules can be read.'),
    qualifier: bytes('Something else about the policy, in DER.'),
  },
  (F) => (value, children) =>
    joined(
      expected(value, TAG.sequence, 'the policies').children.map((information) => {
        const [id, qualifiers] = expected(information, TAG.sequence, 'a policy').children;
        const policy = nameOf(POLICIES, oidOf(id, 'a policy'));
        children.push(nodeField(F.policy, id as DerNode, policy));
        for (const { children: parts } of qualifiers?.children ?? []) {
          const [type, content] = parts;
          if (!content) continue;
          const isUri = oidOf(type, 'a qualifier') === CPS;
          children.push(
            isUri ? nodeField(F.cps_uri, content, stringOf(content)) : hexField(F.qualifier, content),
          );
        }
        return policy;
      }),
    ),
);

const CRL_NOTE =
  'Where lists of revoked certificates can be fetched. Who fetches one tells its host when and from where.';

function distributionPoints(oid: string, name: string, source: string): CertificateExtension {
  return row(
    [oid, name, source],
    CRL_NOTE,
    {
      ...GENERAL_NAMES,
      distribution_point: bytes('A place in a shape that is not read any further here, in DER.'),
    },
    (F) => (value, children, faults) => {
      for (const point of expected(value, TAG.sequence, 'the distribution points').children) {
        const place = point.children.find((node) => isContext(node, 0))?.children[0];
        if (isContext(place, 0)) generalNames(place.children, children, faults);
        else children.push(hexField(F.distribution_point, point));
      }
      return joined(children.map(({ value: shown }) => shown));
    },
  );
}

function informationAccess(
  oid: string,
  name: string,
  [source, note]: readonly [string, string],
): CertificateExtension {
  return row(
    [oid, name, source],
    note,
    { method: text('What is found there.'), ...GENERAL_NAMES },
    (F) => (value, children, faults) => {
      const lines = expected(value, TAG.sequence, 'the descriptions').children.map((description) => {
        const [id, place] = expected(description, TAG.sequence, 'a description').children;
        const method = nameOf(ACCESS_METHODS, oidOf(id, 'a method'));
        children.push(nodeField(F.method, id as DerNode, method));
        if (!place) return method;
        const field = generalName(place, faults);
        children.push(field);
        return `${method}: ${field.value}`;
      });
      return joined(lines);
    },
  );
}

const tlsFeature = row(
  ['1.3.6.1.5.5.7.1.24', 'tls_feature', 'RFC 7633 §4.1'],
  'What the server has to do in the handshake: 5 is to bring proof along that the certificate has not been revoked.',
  { feature: number('Number of a TLS extension.') },
  (F) => (value, children) => {
    children.push(
      ...expected(value, TAG.sequence, 'the features').children.map((node) => integerField(F.feature, node)),
    );
    return joined(children.map(({ value: shown }) => shown));
  },
);

/** Shown as bytes; named, so that one sees what they are about. */
function opaque([oid, name, source]: readonly [string, string, string], note: string): CertificateExtension {
  return row([oid, name, source], note, { data: bytes('Its content in DER.') }, (F) => (value, children) => {
    const { bytes: all, start, end } = value;
    children.push(nodeField(F.data, value, toHex(all.subarray(start, Math.min(end, start + 1_024)))));
    return `${end - start} bytes`;
  });
}

const GENERIC_DATA = { data: bytes('Its content in DER.') } as const;

/** An extension without a row. */
export const UNKNOWN_EXTENSION: CertificateExtension = row(
  ['', 'unknown_extension', 'RFC 5280 §4.2'],
  'An extension that is not known here.',
  GENERIC_DATA,
  () => () => '',
);

/** A new extension enters here. */
export const CERTIFICATE_EXTENSIONS: readonly CertificateExtension[] = [
  alternativeNames(
    '2.5.29.17',
    'subject_alternative_name',
    'For which hosts and addresses the certificate holds: what a client compares with the host it wanted.',
  ),
  keyUsage,
  extendedKeyUsage,
  basicConstraints,
  subjectKeyIdentifier,
  authorityKeyIdentifier,
  nameConstraints,
  certificatePolicies,
  distributionPoints('2.5.29.31', 'crl_distribution_points', 'RFC 5280 §4.2.1.13'),
  distributionPoints('2.5.29.46', 'freshest_crl', 'RFC 5280 §4.2.1.15'),
  informationAccess('1.3.6.1.5.5.7.1.1', 'authority_info_access', [
    'RFC 5280 §4.2.2.1',
    'Where the issuer’s certificate is, and where to ask whether this one was revoked (OCSP). Who asks tells the issuer which host it visits.',
  ]),
  informationAccess('1.3.6.1.5.5.7.1.11', 'subject_info_access', [
    'RFC 5280 §4.2.2.2',
    'Where there is more about the holder.',
  ]),
  alternativeNames('2.5.29.18', 'issuer_alternative_name', 'Further names of the issuer.'),
  tlsFeature,
  opaque(
    ['1.3.6.1.4.1.11129.2.4.2', 'signed_certificate_timestamps', 'RFC 6962 §3.3'],
    'Promises of public logs to publish the certificate, so that one issued in secret is noticed.',
  ),
  opaque(
    ['1.3.6.1.4.1.11129.2.4.3', 'ct_poison', 'RFC 6962 §3.1'],
    'Makes this a draft for the logs that no client accepts.',
  ),
  opaque(
    ['2.5.29.9', 'subject_directory_attributes', 'RFC 5280 §4.2.1.8'],
    'Further attributes of the holder.',
  ),
  opaque(
    ['2.5.29.33', 'policy_mappings', 'RFC 5280 §4.2.1.5'],
    'Which policies of two issuers mean the same.',
  ),
  opaque(
    ['2.5.29.36', 'policy_constraints', 'RFC 5280 §4.2.1.11'],
    'How policies are to be checked further down the chain.',
  ),
  opaque(
    ['2.5.29.54', 'inhibit_any_policy', 'RFC 5280 §4.2.1.14'],
    'From where on anyPolicy no longer counts.',
  ),
];

function pushed(children: Field[], field: Field): Field['value'] {
  children.push(field);
  return field.value;
}

function joined(values: readonly Field['value'][]): string {
  return values.length > 20 ? `${values.slice(0, 20).join(', ')}, … (${values.length})` : values.join(', ');
}
