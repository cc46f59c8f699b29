/** Extensions that say what a key may be used for. */
import { number, text } from '../../fields/dictionary.ts';
import { inLine } from '../../fields/show.ts';
import { TAG, contentBytes, expected, isUniversal, oidOf, partsOf } from '../der.ts';
import { PURPOSES, nameOf } from '../oids.ts';
import { integerField, nodeField } from '../shape.ts';
import { row } from './contract.ts';

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

export const keyUsage = row(
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

export const extendedKeyUsage = row(
  ['2.5.29.37', 'extended_key_usage', 'RFC 5280 §4.2.1.12'],
  'For which purposes the certificate is meant: a TLS server needs serverAuth.',
  { purpose: text('One purpose.') },
  (F) => (value, children) =>
    inLine(
      partsOf(value, 'the extended key usage').map((node) => {
        const purpose = nameOf(PURPOSES, oidOf(node, 'a purpose'));
        children.push(nodeField(F.purpose, node, purpose));
        return purpose;
      }),
    ),
);

export const basicConstraints = row(
  ['2.5.29.19', 'basic_constraints', 'RFC 5280 §4.2.1.9'],
  'Whether the holder may issue certificates. Clients that did not look at it let anyone with any certificate play issuer.',
  {
    ca: text('true: the holder may issue certificates.'),
    path_length: number('How many further issuers may be below this one.'),
  },
  (F) => (value, children) => {
    const nodes = [...partsOf(value, 'the basic constraints')];
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

export const tlsFeature = row(
  ['1.3.6.1.5.5.7.1.24', 'tls_feature', 'RFC 7633 §4.1'],
  'What the server must do in the handshake; 5 means to bring proof that the certificate has not been revoked.',
  { feature: number('Number of a TLS extension.') },
  (F) => (value, children) => {
    children.push(...partsOf(value, 'the features').map((node) => integerField(F.feature, node)));
    return inLine(children.map(({ value: shown }) => shown));
  },
);
