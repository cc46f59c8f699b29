/** OCSP responses (RFC 6960 §4.2.1) in fields with the byte ranges of their DER. */
import type { Field } from '#protocol/field';
import { type FieldSpec, bytes, dictionary, group, number, text } from '../fields/dictionary.ts';
import { Misfit, type Reading } from '../fields/field-reader.ts';
import { inLine } from '../fields/show.ts';
import { ALGORITHM_FIELDS, algorithmField } from './algorithm.ts';
import { readCertificate } from './certificate.ts';
import { type DerNode, TAG, contentBytes, expected, isContext, oidOf, parseDer, partsOf } from './der.ts';
import { extensionFields, extensionsField } from './extensions/index.ts';
import { NAME_FIELDS, readName } from './name.ts';
import { nameOf } from './oids.ts';
import { OCSP_EXTENSIONS, REASONS, RESPONSE_TYPES, STATUSES } from './ocsp-names.ts';
import { type Faults, bitsField, hexField, integerField, nodeField, partField, readDer } from './shape.ts';
import { timeOf } from './time.ts';

const SOURCE = 'RFC 6960 §4.2.1';

const EXTENSIONS = {
  ...group('What else the responder says.', {}, 'RFC 6960 §4.4'),
  fields: extensionFields(OCSP_EXTENSIONS),
};

/** Fields of an OCSP response. */
export const OCSP_FIELDS = dictionary(SOURCE, {
  response_status: number(
    'Whether there is an answer. All statuses but successful come alone, and unsigned.',
  ),
  response_type: text('In which form the answer is; everybody uses basic.'),
  version: number('Version of the form; absent means v1, and there is no other.'),
  responder_name: group('Who answers: the subject of the certificate whose key signed.', NAME_FIELDS),
  responder_key_hash: bytes('Who answers: SHA-1 of the public key whose owner signed.'),
  produced_at: text('When the answer was signed.'),
  single_response: group('The answer about one certificate.', {
    cert_id: group(
      'Which certificate is meant.',
      {
        hash_algorithm: group('How the issuer’s name and key are hashed.', ALGORITHM_FIELDS),
        issuer_name_hash: bytes('Hash of the issuer’s name.'),
        issuer_key_hash: bytes('Hash of the issuer’s public key.'),
        serial_number: bytes('Serial number of the certificate.'),
      },
      'RFC 6960 §4.1.1',
    ),
    cert_status: group('good: not revoked, as far as the issuer knows. unknown: it is not known here.', {
      revocation_time: text('Since when it is revoked.'),
      revocation_reason: number('Why it was revoked.', 'RFC 5280 §5.3.1'),
    }),
    this_update: text('When this was known to be correct.'),
    next_update: text(
      'When there will be newer information at the latest. Until then the answer can be shown again, even if the certificate has been revoked since.',
    ),
    extensions: EXTENSIONS,
  }),
  extensions: EXTENSIONS,
  signature_algorithm: group('How the responder signed.', ALGORITHM_FIELDS),
  signature: bytes('The responder’s signature over its answer, from the version to the extensions.'),
  certificate: text(
    'A certificate by which the issuer lets the responder answer in its place: here its subject.',
    'RFC 6960 §4.2.2.2',
  ),
});

const F = OCSP_FIELDS;
const S = F.single_response.fields;

/** The response from `start` to before `end`; what it says about the certificate sums it up. Never throws. */
export function readOcspResponse(all: Uint8Array, start: number, end: number): Reading {
  return readDer(SOURCE, [all, start, end], (node, fields, faults) => {
    const [status, bytes] = partsOf(node, 'an OCSP response');
    const named = enumeratedField(F.response_status, status, STATUSES);
    fields.push(named);
    if (!isContext(bytes, 0)) return String(named.value);
    const [type, response] = partsOf(bytes.children[0], 'the bytes of the response');
    const kind = nameOf(RESPONSE_TYPES, oidOf(type, 'the type of the response'));
    fields.push(nodeField(F.response_type, type as DerNode, kind));
    const { content, end: last } = expected(response, TAG.octetString, 'the response');
    return kind === 'basic' ? readBasic(parseDer(all, content, last), fields, faults) : kind;
  });
}

function readBasic(basic: DerNode, fields: Field[], faults: Faults): string {
  const [data, algorithm, signature, certificates] = partsOf(basic, 'a basic response');
  const value = readData(partsOf(data, 'the data of the response'), fields, faults);
  fields.push(algorithmField(F.signature_algorithm, algorithm, faults));
  fields.push(bitsField(F.signature, expected(signature, TAG.bitString, 'the signature')));
  if (isContext(certificates, 0)) {
    for (const node of partsOf(certificates.children[0], 'the certificates')) {
      const { value: subject = '', fault } = readCertificate(node.bytes, node.start, node.end);
      if (fault !== undefined) faults.push(fault);
      fields.push(nodeField(F.certificate, node, subject));
    }
  }
  return value;
}

function readData(parts: readonly DerNode[], fields: Field[], faults: Faults): string {
  const nodes = [...parts];
  if (isContext(nodes[0], 0)) fields.push(versionField(nodes.shift() as DerNode));
  fields.push(responderField(nodes.shift(), faults));
  const produced = nodes.shift();
  fields.push(nodeField(F.produced_at, produced as DerNode, timeOf(produced)));
  const answers = partsOf(nodes.shift(), 'the answers').map((answer) => singleField(answer, faults));
  fields.push(...answers);
  const [extensions] = nodes;
  if (isContext(extensions, 1)) {
    fields.push(extensionsField(F.extensions, extensions, OCSP_EXTENSIONS, faults));
  }
  return inLine(answers.map(({ value }) => value));
}

function versionField(node: DerNode): Field {
  const number = contentBytes(expected(node.children[0], TAG.integer, 'the version'))[0] ?? 0;
  return nodeField(F.version, node, `v${number + 1}`, { number });
}

function responderField(node: DerNode | undefined, faults: Faults): Field {
  const [inside] = node?.children ?? [];
  if (isContext(node, 1) && inside) {
    return partField(F.responder_name, node, faults, (children) => readName(inside, children, faults));
  }
  if (!isContext(node, 2)) throw new Misfit('the responder is missing');
  return hexField(F.responder_key_hash, expected(inside, TAG.octetString, 'the hash of the responder’s key'));
}

function singleField(node: DerNode, faults: Faults): Field {
  return partField(F.single_response, node, faults, (children) => {
    const [id, status, thisUpdate, ...others] = partsOf(node, 'an answer');
    children.push(certIdField(id, faults));
    const shown = statusField(status, faults);
    children.push(shown);
    children.push(nodeField(S.this_update, thisUpdate as DerNode, timeOf(thisUpdate)));
    for (const other of others) {
      if (isContext(other, 0)) children.push(nodeField(S.next_update, other, timeOf(other.children[0])));
      else if (isContext(other, 1))
        children.push(extensionsField(S.extensions, other, OCSP_EXTENSIONS, faults));
    }
    return shown.value;
  });
}

function certIdField(node: DerNode | undefined, faults: Faults): Field {
  const I = S.cert_id.fields;
  const [algorithm, name, key, serial] = partsOf(node, 'the certificate asked about');
  return partField(S.cert_id, node as DerNode, faults, (children) => {
    children.push(algorithmField(I.hash_algorithm, algorithm, faults));
    children.push(hexField(I.issuer_name_hash, expected(name, TAG.octetString, 'the hash of the name')));
    children.push(hexField(I.issuer_key_hash, expected(key, TAG.octetString, 'the hash of the key')));
    const number = integerField(I.serial_number, expected(serial, TAG.integer, 'the serial number'));
    children.push(number);
    return number.value;
  });
}

function statusField(node: DerNode | undefined, faults: Faults): Field {
  const C = S.cert_status.fields;
  if (isContext(node, 0)) return nodeField(S.cert_status, node, 'good');
  if (isContext(node, 2)) return nodeField(S.cert_status, node, 'unknown');
  if (!isContext(node, 1)) throw new Misfit('the status of the certificate is missing');
  return partField(S.cert_status, node, faults, (children) => {
    const [time, reason] = node.children;
    children.push(nodeField(C.revocation_time, time as DerNode, timeOf(time)));
    if (!isContext(reason, 0)) return 'revoked';
    const why = enumeratedField(C.revocation_reason, reason.children[0], REASONS);
    children.push(why);
    return `revoked: ${why.value}`;
  });
}

function enumeratedField(
  spec: FieldSpec,
  node: DerNode | undefined,
  names: Readonly<Record<number, string>>,
): Field {
  const number = contentBytes(expected(node, TAG.enumerated, spec.name))[0] ?? 0;
  const name = names[number];
  return name === undefined
    ? nodeField(spec, node as DerNode, number)
    : nodeField(spec, node as DerNode, name, { number });
}
