/** Messages of a few bytes, and those without any. */
import { showUtf8 } from '#protocol/bytes';
import { bytes, number, text } from '../../fields/dictionary.ts';
import { KEY_UPDATES, nameIn } from '../names.ts';
import { message } from './contract.ts';

export const helloRequest = message({ type: 0, source: 'RFC 5246 §7.4.1.1' }, {}, () => undefined);

export const endOfEarlyData = message({ type: 5, source: 'RFC 8446 §4.5' }, {}, () => undefined);

export const serverHelloDone = message({ type: 14, source: 'RFC 5246 §7.4.5' }, {}, () => undefined);

export const finished = message(
  { type: 20, source: 'RFC 8446 §4.4.4' },
  {
    verify_data: bytes(
      'A MAC over the whole handshake under a key from its secret: nobody has changed any of it on its way, and the sender holds the secret.',
    ),
  },
  (reader, F) => ({ verifyData: reader.rest(F.verify_data) }),
);

export const keyUpdate = message(
  { type: 24, source: 'RFC 8446 §4.6.3' },
  {
    request_update: number(
      'The sender’s next record is under a new key. 1: the other side is asked to change its key too.',
    ),
  },
  (reader, F) => void reader.uint(F.request_update, 1, nameIn(KEY_UPDATES, 1)),
);

export const messageHash = message(
  { type: 254, source: 'RFC 8446 §4.4.1' },
  {
    hash: bytes(
      'Hash of the first client hello. It replaces that hello in the transcript after a retry and never crosses the wire.',
    ),
  },
  (reader, F) => void reader.rest(F.hash),
);

export const nextProtocol = message(
  { type: 67, source: 'draft-agl-tls-nextprotoneg-04 §3' },
  {
    selected_protocol_length: number('Bytes of the name.'),
    selected_protocol: text('The application protocol that the client chose.'),
    padding_length: number('Bytes of the padding.'),
    padding: bytes('Zeros that hide how long the name is.'),
  },
  (reader, F) => {
    reader.sized(F.selected_protocol_length, 1, F.selected_protocol, showUtf8);
    reader.sized(F.padding_length, 1, F.padding);
  },
);

/** The rest: messages that are not known here, or no longer in use. */
export const unknownMessage = message(
  { type: -1, source: 'RFC 8446 §4' },
  { body: bytes('Content of a message that is not read any further here.') },
  (reader, F) => void (reader.left > 0 && reader.rest(F.body)),
);
