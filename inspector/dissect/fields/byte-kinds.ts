/**
 * What the bytes of a field are for: a few kinds, the same for every protocol. The page gives each a colour. A field belongs to
 * the first row whose pattern fits its path, so a row for one field stands above the row for its neighbours.
 */

export const BYTE_KINDS = [
  'header',
  'length',
  'nonce',
  'handshake',
  'identity',
  'ciphertext',
  'plaintext',
  'tag',
] as const;
export type ByteKind = (typeof BYTE_KINDS)[number];

export interface ByteKindText {
  readonly label: string;
  readonly meaning: string;
}

export const BYTE_KIND_TEXTS: Readonly<Record<ByteKind, ByteKindText>> = {
  header: { label: 'Header', meaning: 'Type and version: what kind of unit this is.' },
  length: { label: 'Length, padding', meaning: 'How long a part is, and bytes that only fill it up.' },
  nonce: { label: 'Nonce, IV, counter', meaning: 'Different each time, so that nothing repeats.' },
  handshake: {
    label: 'Handshake',
    meaning: 'What the two ends agree on, and the public halves of their keys.',
  },
  identity: { label: 'Identity', meaning: 'Who an end is: names, certificates, identifiers, tickets.' },
  ciphertext: { label: 'Ciphertext', meaning: 'Sealed: no meaning without the key.' },
  plaintext: { label: 'Content', meaning: 'What is said.' },
  tag: { label: 'Tag, MAC, signature', meaning: 'Proves that nothing was changed, and who sent it.' },
};

const ROWS: readonly (readonly [pattern: RegExp, kind: ByteKind])[] = [
  [/^tls\.ciphertext\.content_type$/, 'header'],
  [/^(tls|psk)\.(type|version)$|^tls\.handshake\.(type|legacy_version)$/, 'header'],
  // The whole message in its frame has lengths of its own for words, and they are content.
  [/^msg\./, 'plaintext'],
  [/^frame\.length$|^(tls|psk)\..*length$|padding(\.padding)?$/, 'length'],
  [/\.(tag|mac|content_mac|sealed_mac|server_confirm|client_confirm|verify_data|binder)$/, 'tag'],
  // Of the same name in a list of algorithms, it is a number.
  [/\.(certificate|response|sct)\.signature$|^tls\.handshake\.signature$/, 'tag'],
  [
    /^(psk|tls|tls\.handshake)\.(nonce|iv|sequence|random|explicit_nonce|explicit_iv|client_nonce|server_nonce|ticket_nonce)$/,
    'nonce',
  ],
  [/^psk\.body$|^(psk|tls)\.ciphertext$|encrypted_client_hello\.payload$/, 'ciphertext'],
  [/^psk\.(ciphertext\.)?code$|^tls\.alert\./, 'handshake'],
  [/change_cipher_spec$/, 'handshake'],
  [/^frame\.|^bytes\.|^tls\.(ciphertext|fragment)(\.|$)/, 'plaintext'],
  [
    /\.(server_name|key_id|session_id|session_ticket|ticket|identities|raw_public_key|certificate|certificate_data|compressed_certificate|certificate_list|distinguished_name|certificate_authorities|status_request|response)(\.|$)/,
    'identity',
  ],
  [/^(psk|tls)\./, 'handshake'],
];

const found = new Map<string, ByteKind | undefined>();

/** `undefined` for what is no field of a dictionary, such as the place where bytes stop to make sense. */
export function byteKindOf(path: string): ByteKind | undefined {
  if (!found.has(path)) found.set(path, ROWS.find(([pattern]) => pattern.test(path))?.[1]);
  return found.get(path);
}
