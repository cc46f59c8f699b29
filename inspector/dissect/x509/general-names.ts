/** General names (RFC 5280 §4.2.1.6): hosts, addresses and whatever else a certificate can name. */
import { concat, showUtf8, toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { counted } from '#protocol/shown';
import { bytes, dictionary, group, text } from '../fields/dictionary.ts';
import { Misfit } from '../fields/field-reader.ts';
import { inLine, showBytes } from '../fields/show.ts';
import { type DerNode, TAG, contentBytes, oidOf, parseDer } from './der.ts';
import { NAME_FIELDS, readName } from './name.ts';
import { type Faults, nodeField, partField } from './shape.ts';

const SOURCE = 'RFC 5280 §4.2.1.6';

export const GENERAL_NAMES = dictionary(SOURCE, {
  other_name: bytes('A name of a kind defined elsewhere, in DER.'),
  email: text('A mail address.'),
  dns_name: text(
    'A host. A star stands for exactly one label, the leftmost. It is compared with the host that the client wanted.',
  ),
  x400_address: bytes('An X.400 address, in DER.'),
  directory_name: group('A distinguished name.', NAME_FIELDS),
  edi_party_name: bytes('An EDI name, in DER.'),
  uri: text('A web address.'),
  ip_address: text('An IP address, or in name constraints a network.'),
  registered_id: text('An object identifier: a name in a tree of numbers that anyone can have a branch of.'),
});

type Read = (node: DerNode, faults: Faults) => Field;

const F = GENERAL_NAMES;
const READERS: readonly Read[] = [
  (node) => nodeField(F.other_name, node, showBytes(contentBytes(node))),
  (node) => nodeField(F.email, node, showUtf8(contentBytes(node))),
  (node) => nodeField(F.dns_name, node, showUtf8(contentBytes(node))),
  (node) => nodeField(F.x400_address, node, showBytes(contentBytes(node))),
  (node, faults) =>
    partField(F.directory_name, node, faults, (children) => {
      const [name] = node.children;
      if (!name) throw new Misfit('a directory name without a name');
      return readName(name, children, faults);
    }),
  (node) => nodeField(F.edi_party_name, node, showBytes(contentBytes(node))),
  (node) => nodeField(F.uri, node, showUtf8(contentBytes(node))),
  (node) => nodeField(F.ip_address, node, addressOf(contentBytes(node))),
  (node) => nodeField(F.registered_id, node, dotted(contentBytes(node))),
];

/** One name; its tag says which kind it is. */
export function generalName(node: DerNode, faults: Faults): Field {
  const read = node.tagClass === 'context' ? READERS[node.tag] : undefined;
  if (!read) throw new Misfit('a general name of an unknown kind');
  return read(node, faults);
}

/** Reads all names of a list into `children`; returns them in one line. */
export function generalNames(nodes: readonly DerNode[], children: Field[], faults: Faults): string {
  const values = nodes.map((node) => {
    const field = generalName(node, faults);
    children.push(field);
    return field.value;
  });
  return inLine(values);
}

/** The numbers of an object identifier whose own tag was replaced (X.690 §8.19). */
function dotted(content: Uint8Array): string {
  if (content.length > 127) throw new Misfit(`an object identifier of ${content.length} bytes`);
  const oid = concat([Uint8Array.of(TAG.oid, content.length), content]);
  return oidOf(parseDer(oid, 0, oid.length), 'a registered id');
}

/** An address of 4 or 16 bytes, or twice as many with a mask. */
export function addressOf(bytes: Uint8Array): string {
  if (bytes.length === 8 || bytes.length === 32) {
    const half = bytes.length / 2;
    return `${addressOf(bytes.subarray(0, half))}/${maskOf(bytes.subarray(half))}`;
  }
  if (bytes.length === 4) return [...bytes].join('.');
  if (bytes.length !== 16) throw new Misfit(`an address of ${counted(bytes.length, 'byte')}`);
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number),
  );
  return shortest(groups.map((group) => group.toString(16)));
}

/** The length of the prefix, or the mask itself where it is not a prefix. */
function maskOf(mask: Uint8Array): string | number {
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const length = bits.indexOf('0') === -1 ? bits.length : bits.indexOf('0');
  return bits.slice(length).includes('1') ? toHex(mask) : length;
}

/** The longest run of zeros, of two at least, becomes `::` (RFC 5952 §4.2). */
function shortest(groups: readonly string[]): string {
  const runs = [...groups.join(':').matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)];
  const longest = runs.reduce((best, [run]) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups.join(':');
  const text = groups.join(':');
  const at = runs.find(([run]) => run === longest)?.index ?? 0;
  const [before, after] = [text.slice(0, at), text.slice(at + longest.length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}
