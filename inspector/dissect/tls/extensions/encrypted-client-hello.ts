/** A client hello inside the client hello, sealed for the server’s published key. */
import { counted } from '#protocol/shown';
import { bytes, number } from '../../fields/dictionary.ts';
import { HPKE_AEADS, HPKE_KDFS, nameIn } from '../names.ts';
import { extension, readOpaque } from './contract.ts';

export const encryptedClientHello = extension(
  {
    type: 65037,
    source: 'RFC 9849 §5',
    note: 'The true client hello, with the name of the host, sealed under a key that the server published in the DNS. The hello around it is a decoy with the name of the operator.',
  },
  {
    hello_type: number('outer: the sealed hello is here. inner: this is the sealed one.'),
    kdf_id: number('Hash of the key derivation.'),
    aead_id: number('Cipher of the sealed hello.'),
    config_id: number('Which of the server’s keys was used.'),
    enc_length: number('Bytes of the encapsulated key.'),
    enc: bytes('The client’s one-time public key; empty in the second hello after a retry.'),
    payload_length: number('Bytes of the sealed hello.'),
    payload: bytes('The inner hello, sealed and padded: Eve learns little more than its length.'),
    answer: bytes('Keys to try again with, or in a retry request the proof that the inner hello was read.'),
  },
  (reader, F, { message }) => {
    if (message !== 'client_hello') return readOpaque(reader, F.answer);
    const type = reader.uint(F.hello_type, 1, (value) =>
      value === 0 ? 'outer' : value === 1 ? 'inner' : value,
    );
    if (type !== 0) return 'inner';
    reader.uint(F.kdf_id, 2, nameIn(HPKE_KDFS, 2));
    reader.uint(F.aead_id, 2, nameIn(HPKE_AEADS, 2));
    reader.uint(F.config_id, 1);
    reader.sized(F.enc_length, 2, F.enc);
    const payload = reader.sized(F.payload_length, 2, F.payload);
    return `outer, ${counted(payload.length, 'byte')} sealed`;
  },
);
