/**
 * What each lab's page shows of its subject: a demo, and what a reader should have seen in it. The lab's own text is about
 * the reader's workbench; this works without one, too.
 */
import type { RecordingName } from '../recordings/recordings.ts';

/** The attributes of the demo, and what there is to be seen. */
export interface Sight {
  readonly demo: Demo;
  /** Sentences in Markdown. */
  readonly seen: readonly string[];
}

interface View {
  readonly filter?: string;
  readonly eve?: true;
}

type Demo =
  | (View & { readonly recording: RecordingName })
  | (View & { readonly wires: string; readonly suite?: string; readonly say: string });

const LOGINS = 'msg.type in {"login", "register", "auth_success", "auth_failed"}';
const CERTIFICATES = 'tls.handshake.type in {"certificate", "certificate_verify"}';

export const SIGHTS: Readonly<Record<string, Sight>> = {
  '01-frames': {
    demo: { wires: 'plain', say: 'naïve', filter: 'dir == c2s' },
    seen: [
      'Send the text, and choose its `say`. The first four bytes are the length, and the payload is exactly so long.',
      'The `ï` takes two bytes, so the length counts one more than you see characters.',
      'Two frames that follow each other have nothing between them.',
    ],
  },
  '02-plain-chat': {
    demo: { wires: 'plain', say: 'hello', filter: 'dir == s2c' },
    seen: [
      'The first frame of each connection is a `welcome`, before its client has said anything.',
      'Send the text. You get an `ack` with your `ref`, and the other one in the room gets a `message`.',
      'Nobody gets a `message` with the text that they said themselves.',
    ],
  },
  '03-eavesdrop': {
    demo: { recording: 'plain-logins', filter: LOGINS },
    seen: [
      'Somebody registers as ana. Then three logins come on the other connection. Choose one, and press **Show 1 secret**.',
      'The answer to each has its `ref`. Two are `auth_failed`, so only one of the three passwords is right.',
      'Switch to **As Eve**: nothing changes. On a plain wire she sees what the server sees.',
    ],
  },
  '04-seal': {
    demo: { wires: 'psk', say: 'hello', filter: 'psk.type == "data"' },
    seen: [
      'Send the text twice. The two ciphertexts and the two tags have nothing in common.',
      'A record is as long as its text needs: the cipher adds the same number of bytes to each.',
      'Switch to **As Eve**. The header and the lengths are all that is left.',
    ],
  },
  '05-tamper': {
    demo: { wires: 'psk', suite: 'aes-256-cbc', say: 'hello', filter: 'psk.iv' },
    seen: [
      'Each record has an `iv` of 16 bytes of its own, and there is no tag behind the blocks.',
      'Send texts of different lengths. The ciphertext only ever grows by 16 bytes: whole blocks.',
      'In an opened record, the last bytes before the end are the padding: its length, again and again.',
    ],
  },
  '06-replay': {
    demo: { wires: 'psk', suite: 'aes-256-gcm-static', say: 'pay 10 to Eve', filter: 'psk.nonce' },
    seen: [
      'Send the text twice. The nonces differ, and the `sequence` is 0 in both: nothing says which came first.',
      'Both directions use one key. A record would open at either end, and at any time.',
    ],
  },
  '07-passwords': {
    demo: { recording: 'tls-logins', filter: LOGINS },
    seen: [
      'Two logins were refused: one for a name that has no account, one with a wrong password for ana. Both answers have the same length.',
      'Compare the times. Each refusal came about as long after its question as the other.',
      'Switch to **As Eve**. The filter finds nothing any more: she does not even see that these are logins.',
    ],
  },
  '08-certificates': {
    demo: { recording: 'tls12', filter: 'tls.handshake.type == "certificate"' },
    seen: [
      'Open the certificate. Every part is one byte for its kind, then a length, then the content.',
      'The `issuer` of the first is the `subject` of the second. Those of the second are equal: it is a root.',
      'Switch to **As Eve**. This is TLS 1.2, and she still reads all of it.',
    ],
  },
  '09-tls-chat': {
    demo: { recording: 'tls13', filter: 'tls.handshake' },
    seen: [
      'Behind the `server_hello`, every message is sealed. With keys you can read it all the same.',
      'Take the filter away. After the handshake come the frames of your chat, unchanged, inside TLS records.',
      'The last record of each direction is an alert, `close_notify`: nothing was cut off.',
    ],
  },
  '10-mallory': {
    demo: { recording: 'tls13', filter: CERTIFICATES },
    seen: [
      'Find the names in `subject_alternative_name`. A client must compare them with the name that it wanted.',
      'Choose `certificate_verify`. Mallory can copy the certificate, but she cannot make this signature.',
    ],
  },
  '11-open-tls': {
    demo: { recording: 'tls13', eve: true, filter: 'tls.type == "application_data"' },
    seen: [
      'Eve sees a header of five bytes and a sealed rest. The header is what you give the cipher as additional data.',
      'Switch to **With keys**. The last byte inside is the true type of the record.',
      'The nonce is nowhere in the record. You compute it from the `iv` and the number of the record.',
    ],
  },
  '12-end-to-end': {
    demo: { recording: 'tls13', filter: 'msg.type in {"say", "message"}' },
    seen: [
      'Each text crosses twice: sealed for the server by its author, and sealed by the server for the reader.',
      'The server has the keys of both connections. In between, it has the text.',
    ],
  },
  '13-many-clients': {
    demo: { wires: 'plain', say: 'one for all', filter: 'dir == s2c and msg.type == "message"' },
    seen: [
      'Send a text. The server writes it once for each of the others in the room.',
      'On the plain wire these are the same bytes each time, so they need to be encoded only once.',
    ],
  },
  '14-metadata': {
    demo: { recording: 'tls-psk', eve: true, filter: 'dir == c2s' },
    seen: [
      'Two layers of encryption, and each record still says how long it is.',
      'The two names in this recording are equally long, and so are the two records that ask to join.',
      'Switch to **With keys**, and see how long each text was.',
    ],
  },
};

/** The part of a lab's page that shows it. Throws `RangeError` when there is none. */
export function sightOf(lab: string): string {
  const sight = SIGHTS[lab];
  if (!sight) throw new RangeError(`docs/labs/sights.ts has no row for the lab ${lab}`);
  return [
    '## See it in this page',
    demoTag(sight.demo),
    'This is what there is to see:',
    sight.seen.map((sentence) => `- ${sentence}`).join('\n'),
  ].join('\n\n');
}

function demoTag(demo: Demo): string {
  const attributes = Object.entries(demo).map(([name, value]) =>
    value === true ? name : `${name}='${String(value)}'`,
  );
  return `<WireDemo ${attributes.join(' ')} />`;
}
