/** Extensions of the hellos (RFC 8446 §4.2), the common ones in their parts. */
import { showUtf8, toHex } from '#wire/bytes';
import type { FieldReader } from '../field-reader.ts';
import { EXTENSIONS, GROUPS, SIGNATURES, VERSIONS, nameIn } from './names.ts';

/** The message the extensions stand in: some have another shape in the answer. */
export type Place = 'client_hello' | 'server_hello' | 'other';

/** What the rest of the dissection needs to know of them. */
export interface Noted {
  version?: number;
  earlyData: boolean;
  encryptThenMac: boolean;
}

type Body = (reader: FieldReader, place: Place, noted: Noted) => string | number | void;

const NOTES: Readonly<Record<number, string>> = {
  0: 'The host the client wants. It crosses in the clear: Eve learns the name although she cannot read what is said.',
  10: 'Groups for the key exchange that the client knows, best first.',
  13: 'Signatures the client can verify.',
  16: 'Which application protocol is to be spoken.',
  21: 'Nothing but length.',
  22: 'Encrypt first, then authenticate: only for suites with CBC.',
  23: 'Binds the master secret to the whole handshake (RFC 7627).',
  35: 'A ticket to take a session up again without the server remembering it.',
  41: 'Keys both sides hold already, from an earlier session or agreed on otherwise.',
  42: 'The client sends data before the handshake is done. It can be replayed.',
  43: 'The versions of TLS offered, or the one chosen.',
  45: 'How a pre-shared key may be combined with a key exchange.',
  49: 'The client can authenticate itself later.',
  51: 'Public key for the Diffie-Hellman exchange: the reason why a stolen certificate key opens no recording.',
  65281: 'Guards renegotiation (RFC 5746).',
};

const BODIES: Readonly<Record<number, Body>> = {
  0: readServerName,
  10: (reader) => readList(reader, 2, 'group', nameIn(GROUPS, 2)),
  11: (reader) => readList(reader, 1, 'format', (value) => (value === 0 ? 'uncompressed' : String(value))),
  13: (reader) => readList(reader, 2, 'signature', nameIn(SIGNATURES, 2)),
  16: readAlpn,
  22: (_reader, _place, noted) => void (noted.encryptThenMac = true),
  42: (reader, _place, noted) => {
    noted.earlyData = true;
    if (reader.left > 0) reader.uint('max_early_data_size', 4, 'Bytes of early data the server would take.');
  },
  43: readVersions,
  45: (reader) => readList(reader, 1, 'mode', (value) => (value === 1 ? 'psk_dhe_ke' : 'psk_ke')),
  50: (reader) => readList(reader, 2, 'signature', nameIn(SIGNATURES, 2)),
  51: readKeyShare,
};

const extensionName = nameIn(EXTENSIONS, 2);
const versionName = nameIn(VERSIONS, 2);
const groupName = nameIn(GROUPS, 2);

/** Reads the length and the extensions that end a hello; older clients may send none at all. */
export function readExtensions(reader: FieldReader, place: Place): Noted {
  const noted: Noted = { earlyData: false, encryptThenMac: false };
  if (reader.left === 0) return noted;
  const length = reader.uint('extensions_length', 2, 'Bytes of all extensions.');
  reader.part('extensions', length, 'What has been added to the handshake over the years.', (list) => {
    let count = 0;
    list.each((inside) => {
      readExtension(inside, place, noted);
      count++;
    });
    return `${count} extensions`;
  });
  return noted;
}

function readExtension(reader: FieldReader, place: Place, noted: Noted): void {
  if (reader.left < 4) reader.fail(`an extension needs 4 bytes, ${reader.left} are left`);
  const [type, length] = reader.peekUints(2, 2) as [number, number];
  const name = extensionName(type);
  if (length > reader.left - 4) reader.fail(`${name} needs ${length} bytes, ${reader.left - 4} are left`);
  reader.part(name, 4 + length, NOTES[type] ?? 'An extension.', (inside) => {
    inside.uint('type', 2, 'Which extension.', extensionName);
    inside.uint('length', 2, 'Bytes of its content.');
    const body = BODIES[type];
    if (body) return body(inside, place, noted);
    return inside.left > 0 ? toHex(inside.raw('data', inside.left, 'Its content.')) : '';
  });
}

function readServerName(reader: FieldReader): string {
  if (reader.left === 0) return '';
  readListLength(reader, 2);
  const names: string[] = [];
  reader.each((list) => {
    list.uint('name_type', 1, '00: a host name.');
    const length = list.uint('name_length', 2, 'Bytes of the name.');
    names.push(showUtf8(list.raw('name', length, 'The host name.', showUtf8)));
  });
  return names.join(', ');
}

function readAlpn(reader: FieldReader): string {
  readListLength(reader, 2);
  const names: string[] = [];
  reader.each((list) => {
    const length = list.uint('name_length', 1, 'Bytes of the name.');
    names.push(showUtf8(list.raw('protocol', length, 'An application protocol.', showUtf8)));
  });
  return names.join(', ');
}

function readListLength(reader: FieldReader, size: number): void {
  const length = reader.uint('list_length', size, 'Bytes of the list.');
  if (length !== reader.left) reader.fail(`a list of ${length} bytes where ${reader.left} stand`);
}

/** A list whose length has as many bytes as each of its elements. */
function readList(reader: FieldReader, size: 1 | 2, name: string, show: (value: number) => string): string {
  readListLength(reader, size);
  const values: string[] = [];
  reader.each((list) => values.push(show(list.uint(name, size, '', show))));
  return values.join(', ');
}

function readVersions(reader: FieldReader, place: Place, noted: Noted): string {
  if (place !== 'client_hello') {
    noted.version = reader.uint('version', 2, 'The version chosen.', versionName);
    return versionName(noted.version);
  }
  readListLength(reader, 1);
  const names: string[] = [];
  reader.each((list) => names.push(versionName(list.uint('version', 2, 'A version offered.', versionName))));
  return names.join(', ');
}

function readKeyShare(reader: FieldReader, place: Place): string {
  if (place === 'client_hello') readListLength(reader, 2);
  const groups: string[] = [];
  reader.each((list) => {
    groups.push(groupName(list.uint('group', 2, 'The group this key belongs to.', groupName)));
    // A retry request names the group only.
    if (list.left === 0) return;
    const length = list.uint('key_length', 2, 'Bytes of the public key.');
    list.raw('public_key', length, 'The public half; the other half never leaves its side.');
  });
  return groups.join(', ');
}
