/** What was decrypted with what: noted while a connection is dissected once more, so that nothing is kept before it is asked for. */
import type { Aead, Ciphers } from '#channel/contract';
import { pureRecordCiphers } from '../crypto/pure.ts';
import type { AeadName, RecordCiphers } from '../crypto/record-ciphers.ts';
import { Dissection } from '../index.ts';
import type { TapEvent } from '../model.ts';

/** One authenticated decryption, as the cipher was asked for it. */
export interface Decryption {
  readonly cipher: AeadName;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** Ciphertext followed by tag. */
  readonly sealed: Uint8Array;
}

type Note = (decryption: Decryption) => void;

/** The decryptions in these events that are `wanted`, in their order. */
export function decryptionsIn(
  events: Iterable<TapEvent>,
  wanted: (sealed: Uint8Array) => boolean,
): Decryption[] {
  const found: Decryption[] = [];
  const note: Note = (decryption) => {
    if (wanted(decryption.sealed)) found.push(decryption);
  };
  const dissection = new Dissection({ ciphers: noted(pureRecordCiphers, note), paced: true });
  dissection.addAll(events);
  dissection.readOn(() => false);
  return found;
}

function noted(ciphers: RecordCiphers, note: Note): RecordCiphers {
  return {
    ...ciphers,
    aead: (cipher, key) => openingNoted(cipher, key, ciphers.aead(cipher, key), note),
    psk: notedPsk(ciphers.psk, note),
  };
}

function notedPsk(ciphers: Ciphers, note: Note): Ciphers {
  const aead = (cipher: AeadName, key: Uint8Array, made: Aead): Aead => ({
    ...made,
    ...openingNoted(cipher, key, made, note),
  });
  return {
    ...ciphers,
    aes256gcm: (key) => aead('aes-256-gcm', key, ciphers.aes256gcm(key)),
    chacha20poly1305: (key) => aead('chacha20-poly1305', key, ciphers.chacha20poly1305(key)),
  };
}

function openingNoted(
  cipher: AeadName,
  key: Uint8Array,
  made: Pick<Aead, 'open'>,
  note: Note,
): Pick<Aead, 'open'> {
  return {
    open(nonce, aad, sealed) {
      const plain = made.open(nonce, aad, sealed);
      if (plain) note({ cipher, key: key.slice(), nonce: nonce.slice(), aad: aad.slice(), sealed });
      return plain;
    },
  };
}
