/** What was decrypted with what: noted while a connection is dissected once more, so that nothing is kept before it is asked for. */
import type { Aead, Aes, Ciphers } from '#channel/contract';
import { pureRecordCiphers } from '../crypto/pure.ts';
import type { AeadName, RecordCiphers } from '../crypto/record-ciphers.ts';
import { Dissection } from '../index.ts';
import type { TapEvent } from '../model.ts';

/** One decryption, as the cipher was asked for it. */
export type Decryption = AeadDecryption | AesDecryption;

interface AeadDecryption {
  readonly cipher: AeadName;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** Ciphertext followed by tag. */
  readonly sealed: Uint8Array;
  readonly plain: Uint8Array;
}

/** AES in one of the modes that others are made of: CBC, also before or below a MAC, and CTR, also inside EAX. */
interface AesDecryption {
  readonly cipher: 'aes-cbc' | 'aes-ctr';
  readonly key: Uint8Array;
  /** Of CBC, or the first counter block of CTR. */
  readonly iv: Uint8Array;
  /** The ciphertext alone. */
  readonly sealed: Uint8Array;
  /** With its padding. */
  readonly plain: Uint8Array;
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
    cbc: (cipher, key) => {
      const made = ciphers.cbc(cipher, key);
      return {
        decrypt(iv, sealed) {
          const plain = made.decrypt(iv, sealed);
          if (plain && cipher === 'aes')
            note({ cipher: 'aes-cbc', key: key.slice(), iv: iv.slice(), sealed, plain });
          return plain;
        },
      };
    },
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
    aes: (key) => notedAes(key, ciphers.aes(key), note),
  };
}

function notedAes(key: Uint8Array, made: Aes, note: Note): Aes {
  const noting = (cipher: AesDecryption['cipher'], run: Aes['ctr']): Aes['ctr'] => {
    return (iv, sealed) => {
      const plain = run(iv, sealed);
      note({ cipher, key: key.slice(), iv: iv.slice(), sealed, plain });
      return plain;
    };
  };
  return {
    ...made,
    cbcDecrypt: noting('aes-cbc', (iv, blocks) => made.cbcDecrypt(iv, blocks)),
    ctr: noting('aes-ctr', (counter, bytes) => made.ctr(counter, bytes)),
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
      if (plain) note({ cipher, key: key.slice(), nonce: nonce.slice(), aad: aad.slice(), sealed, plain });
      return plain;
    },
  };
}
