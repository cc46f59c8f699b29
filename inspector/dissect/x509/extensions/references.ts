/** Extensions that say where there is more: rules, lists of what was revoked, the issuer. */
import { bytes, text } from '../../fields/dictionary.ts';
import { inLine } from '../../fields/show.ts';
import { type DerNode, isContext, oidOf, partsOf } from '../der.ts';
import { GENERAL_NAMES, generalName, generalNames } from '../general-names.ts';
import { stringOf } from '../name.ts';
import { ACCESS_METHODS, POLICIES, nameOf } from '../oids.ts';
import { hexField, nodeField } from '../shape.ts';
import { type CertificateExtension, type Head, row } from './contract.ts';

const CPS = '1.3.6.1.5.5.7.2.1';

export const certificatePolicies = row(
  ['2.5.29.32', 'certificate_policies', 'RFC 5280 §4.2.1.4'],
  'Under which rules the certificate was issued, and so what was checked.',
  {
    policy: text('A set of rules: by name where it is a common one.'),
    cps_uri: text('Where the rules can be read.'),
    qualifier: bytes('Something else about the policy, in DER.'),
  },
  (F) => (value, children) =>
    inLine(
      partsOf(value, 'the policies').map((information) => {
        const [id, qualifiers] = partsOf(information, 'a policy');
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
  'Where lists of revoked certificates can be fetched. Anyone who fetches one tells its host when and from where.';

function distributionPoints(head: Head): CertificateExtension {
  return row(
    head,
    CRL_NOTE,
    {
      ...GENERAL_NAMES,
      distribution_point: bytes('A place in a shape that is not read any further here, in DER.'),
    },
    (F) => (value, children, faults) => {
      for (const point of partsOf(value, 'the distribution points')) {
        const place = point.children.find((node) => isContext(node, 0))?.children[0];
        if (isContext(place, 0)) generalNames(place.children, children, faults);
        else children.push(hexField(F.distribution_point, point));
      }
      return inLine(children.map(({ value: shown }) => shown));
    },
  );
}

export const crlDistributionPoints = distributionPoints([
  '2.5.29.31',
  'crl_distribution_points',
  'RFC 5280 §4.2.1.13',
]);
export const freshestCrl = distributionPoints(['2.5.29.46', 'freshest_crl', 'RFC 5280 §4.2.1.15']);

function informationAccess(head: Head, note: string): CertificateExtension {
  return row(
    head,
    note,
    { method: text('What is found there.'), ...GENERAL_NAMES },
    (F) => (value, children, faults) => {
      const lines = partsOf(value, 'the descriptions').map((description) => {
        const [id, place] = partsOf(description, 'a description');
        const method = nameOf(ACCESS_METHODS, oidOf(id, 'a method'));
        children.push(nodeField(F.method, id as DerNode, method));
        if (!place) return method;
        const field = generalName(place, faults);
        children.push(field);
        return `${method}: ${field.value}`;
      });
      return inLine(lines);
    },
  );
}

export const authorityInfoAccess = informationAccess(
  ['1.3.6.1.5.5.7.1.1', 'authority_info_access', 'RFC 5280 §4.2.2.1'],
  'Where the issuer’s certificate is, and where to ask whether this one was revoked (OCSP). A client that asks tells the issuer which host it visits.',
);
export const subjectInfoAccess = informationAccess(
  ['1.3.6.1.5.5.7.1.11', 'subject_info_access', 'RFC 5280 §4.2.2.2'],
  'Where there is more about the holder.',
);
