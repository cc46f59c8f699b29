/** Extensions that say whom the client wants to reach and which protocol it wants to speak there. */
import { showUtf8 } from '#protocol/bytes';
import { type FieldSpec, bytes, number, text } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { inLine } from '../../fields/show.ts';
import { extension, readListLength, readOpaque } from './contract.ts';

export const serverName = extension(
  {
    type: 0,
    source: 'RFC 6066 §3',
    note: 'The host the client wants, so that a server with many names can choose the certificate. It crosses in the clear: Eve learns the name although she cannot read what is said. Empty in the answer: the name was used.',
  },
  {
    list_length: number('Bytes of the list of names.'),
    name_type: number('What kind of name follows: only 00, a host name, was ever defined.'),
    name_length: number('Bytes of the name.'),
    name: text('The host name in ASCII, without a dot at its end. Eve reads it.'),
  },
  (reader, F, { facts }) => {
    if (reader.left === 0) return '';
    readListLength(reader, F.list_length, 2);
    const names: string[] = [];
    reader.each((list) => {
      list.uint(F.name_type, 1, (type) => (type === 0 ? 'host_name' : type));
      names.push(showUtf8(list.sized(F.name_length, 2, F.name, showUtf8)));
    });
    if (names[0] !== undefined) facts.serverName = names[0];
    return inLine(names);
  },
);

export const alpn = extension(
  {
    type: 16,
    source: 'RFC 7301 §3.1',
    note: 'Which application protocol will be spoken. The offer is in the clear, so Eve learns what the client is; in TLS 1.3 the answer is sealed.',
  },
  {
    list_length: number('Bytes of the list of protocols.'),
    name_length: number('Bytes of the name.'),
    protocol: text('An application protocol, such as h2 or http/1.1; the answer names the one chosen.'),
  },
  (reader, F, { facts }) => {
    readListLength(reader, F.list_length, 2);
    facts.protocols = readProtocols(reader, F.name_length, F.protocol);
    return inLine(facts.protocols);
  },
);

/** There is no RFC: this is a draft that browsers and a few servers speak, under two code points. */
function applicationSettingsOf(type: number): ReturnType<typeof extension> {
  return extension(
    {
      type,
      source: 'draft-vvv-tls-alps §4',
      note: 'Settings of the application protocol exchanged inside the handshake, which saves a round trip. Only browsers of one family send it, so it betrays them.',
    },
    {
      list_length: number('Bytes of the list of protocols.'),
      name_length: number('Bytes of the name.'),
      protocol: text('A protocol for which settings could be exchanged.'),
      settings: bytes('The settings themselves, in the shape the application protocol defines.'),
    },
    (reader, F, { message }) => {
      if (message !== 'client_hello') return readOpaque(reader, F.settings);
      readListLength(reader, F.list_length, 2);
      return inLine(readProtocols(reader, F.name_length, F.protocol));
    },
  );
}

export const applicationSettings = applicationSettingsOf(17613);
export const applicationSettingsOld = applicationSettingsOf(17513);

function readProtocols(reader: FieldReader, length: FieldSpec, name: FieldSpec): string[] {
  const names: string[] = [];
  reader.each((list) => names.push(showUtf8(list.sized(length, 1, name, showUtf8))));
  return names;
}
