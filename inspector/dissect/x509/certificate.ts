/** X.509 certificates (RFC 5280 §4.1) in fields with the byte ranges of their DER. */
import type { Field } from '#protocol/field';
import { type FieldSpec, bytes, dictionary, group, number, text } from '../fields/dictionary.ts';
import { Misfit, type Reading } from '../fields/field-reader.ts';
import { ALGORITHM_FIELDS, algorithmField } from './algorithm.ts';
import { type DerNode, TAG, contentBytes, expected, isContext, partsOf } from './der.ts';
import { CERTIFICATE_EXTENSIONS, extensionFields, extensionsField } from './extensions/index.ts';
import { NAME_FIELDS, readName } from './name.ts';
import { PUBLIC_KEY_FIELDS, readPublicKey } from './public-key.ts';
import { remembering } from './remembered.ts';
import { timeOf } from './time.ts';
import { type Faults, bitsField, hexField, integerField, nodeField, partField, readDer } from './shape.ts';

const SOURCE = 'RFC 5280 §4.1';

/** Fields of a certificate. */
export const CERTIFICATE_FIELDS = dictionary(SOURCE, {
  version: number('Nearly always v3: only those have extensions. Absent means v1.', 'RFC 5280 §4.1.2.1'),
  serial_number: bytes(
    'Number that the issuer gave it, different for each and hard to guess: revocation lists name it.',
    'RFC 5280 §4.1.2.2',
  ),
  tbs_signature_algorithm: group(
    'The algorithm of the signature below, repeated inside what is signed so that nobody can exchange it.',
    ALGORITHM_FIELDS,
    'RFC 5280 §4.1.2.3',
  ),
  issuer: group(
    'Who signed it: this must be the subject of the next certificate of the chain.',
    NAME_FIELDS,
    'RFC 5280 §4.1.2.4',
  ),
  validity: group(
    'From when until when it is valid. The clock of the side that checks it decides.',
    {
      not_before: text('It is not valid before this time.'),
      not_after: text('It is not valid after this time.'),
    },
    'RFC 5280 §4.1.2.5',
  ),
  subject: group('Whose key this is.', NAME_FIELDS, 'RFC 5280 §4.1.2.6'),
  public_key: group(
    'The holder’s public key: what the issuer vouches for.',
    PUBLIC_KEY_FIELDS,
    'RFC 5280 §4.1.2.7',
  ),
  issuer_unique_id: bytes('Tells issuers of one name apart; not used any more.', 'RFC 5280 §4.1.2.8'),
  subject_unique_id: bytes('Tells subjects of one name apart; not used any more.', 'RFC 5280 §4.1.2.8'),
  extensions: {
    ...group('What the key may be used for, and for which names.', {}, 'RFC 5280 §4.1.2.9'),
    fields: extensionFields(CERTIFICATE_EXTENSIONS),
  },
  signature_algorithm: group('How the issuer signed.', ALGORITHM_FIELDS, 'RFC 5280 §4.1.1.2'),
  signature: bytes(
    'The issuer’s signature over everything above. It is checked with the public key of the next certificate of the chain.',
    'RFC 5280 §4.1.1.3',
  ),
});

const F = CERTIFICATE_FIELDS;

/** The certificate from `start` to before `end`; its subject sums it up. Never throws. */
export const readCertificate = remembering((all: Uint8Array, start: number, end: number): Reading =>
  readDer(SOURCE, [all, start, end], (node, fields, faults) => {
    const [tbs, algorithm, signature] = partsOf(node, 'a certificate');
    const subject = readTbs(expected(tbs, TAG.sequence, 'what is signed'), fields, faults);
    fields.push(algorithmField(F.signature_algorithm, algorithm, faults));
    fields.push(bitsField(F.signature, expected(signature, TAG.bitString, 'the signature')));
    return subject;
  }),
);

function readTbs(tbs: DerNode, fields: Field[], faults: Faults): string {
  const nodes = [...tbs.children];
  const next = (what: string): DerNode => {
    const node = nodes.shift();
    if (!node) throw new Misfit(`${what} is missing`);
    return node;
  };
  if (isContext(nodes[0], 0)) fields.push(versionField(next('the version')));
  fields.push(integerField(F.serial_number, next('the serial number')));
  fields.push(algorithmField(F.tbs_signature_algorithm, next('the signature algorithm'), faults));
  fields.push(nameField(F.issuer, next('the issuer'), faults));
  fields.push(validityField(next('the validity'), faults));
  const subject = nameField(F.subject, next('the subject'), faults);
  fields.push(subject);
  const key = next('the public key');
  fields.push(partField(F.public_key, key, faults, (children) => readPublicKey(key, children, faults)));
  for (const node of nodes) {
    if (isContext(node, 1)) fields.push(hexField(F.issuer_unique_id, node));
    else if (isContext(node, 2)) fields.push(hexField(F.subject_unique_id, node));
    else if (isContext(node, 3)) {
      fields.push(extensionsField(F.extensions, node, CERTIFICATE_EXTENSIONS, faults));
    }
  }
  return String(subject.value);
}

function versionField(node: DerNode): Field {
  const number = contentBytes(expected(node.children[0], TAG.integer, 'the version'))[0] ?? 0;
  return nodeField(F.version, node, `v${number + 1}`, { number });
}

function nameField(spec: FieldSpec, node: DerNode, faults: Faults): Field {
  return partField(spec, node, faults, (children) => readName(node, children, faults));
}

function validityField(node: DerNode, faults: Faults): Field {
  const V = F.validity.fields;
  return partField(F.validity, node, faults, (children) => {
    const [from, to] = partsOf(node, 'the validity');
    const [notBefore, notAfter] = [timeOf(from), timeOf(to)];
    children.push(nodeField(V.not_before, from as DerNode, notBefore));
    children.push(nodeField(V.not_after, to as DerNode, notAfter));
    return `${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}`;
  });
}
