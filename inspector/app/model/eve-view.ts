/** What Eve has of a record and of its connection. Only what crosses in the clear is looked at, whatever keys are at hand. */
import { valuesAt } from '#dissect/fields/paths';
import type { WireRecord } from '#dissect/model';
import { readableByEve } from '#dissect/prediction';
import { viewOf } from '#dissect/record-view';
import { type Around, type Fact, known, unknown } from './facts.ts';
import { clock, duration, size, way } from './format.ts';

/** A handshake is over after so many records. */
const FIRST_RECORDS = 40;

export function eveFacts(around: Around): readonly Fact[] {
  return [content(around.record), time(around), traffic(around), ...ends(around)];
}

function content(record: WireRecord): Fact {
  const readable = readableByEve(viewOf(record)).reduce((sum, byte) => sum + byte, 0);
  const all = record.raw.length;
  const text = `${size(all)}, ${way(record.dir)}. She can read ${readable === all ? 'all of it' : `${readable} of its ${all} bytes`}.`;
  return known('Length', text);
}

function time({ record, connection }: Around): Fact {
  const before = connection.find(({ index }) => index === record.index - 1);
  const at = `${clock(record.time)}`;
  if (!before) return known('Timing', `${at}, the first of its connection.`);
  const gap = duration(Math.max(0, record.time - before.time));
  const turn =
    before.dir === record.dir ? 'in the same direction' : 'in the other direction: perhaps an answer to it';
  return known('Timing', `${at}, ${gap} after the record before it, which went ${turn}.`);
}

function traffic({ flow }: Around): Fact {
  const { client, server, bytes, records } = flow;
  const from = `${client.address}:${client.port} to ${server.address}:${server.port}`;
  return known(
    'Connection',
    `From ${from}: ${records} records so far, ${size(bytes.c2s)} there and ${size(bytes.s2c)} back.`,
  );
}

/** Who the ends are, as far as it crosses in the clear. */
function ends({ flow, connection }: Around): Fact[] {
  const clear = connection.slice(0, FIRST_RECORDS).filter(({ state }) => state === 'clear');
  const read = (path: string): string | undefined => {
    for (const record of clear) {
      const [value] = valuesAt(record, flow, path);
      if (value !== undefined) return String(value);
    }
    return undefined;
  };
  if (flow.proto === 'tls') return [serverName(read), certificate(read)];
  if (flow.proto === 'psk')
    return [keyId(read), unknown('Certificate', 'There is none: both ends hold the same key.')];
  return [unknown('Certificate', 'There is none: nobody proves who they are.')];
}

type Read = (path: string) => string | undefined;

function serverName(read: Read): Fact {
  const name = read('tls.handshake.extensions.server_name.name');
  if (name !== undefined) return known('Server name', `${name}, from the hello of the client.`);
  if (read('tls.handshake.random') === undefined)
    return unknown('Server name', 'Cannot be read: the hello was not seen.');
  return unknown('Server name', 'The hello names none: the client asked for an address, and not for a name.');
}

const SUBJECT = 'tls.handshake.certificate_list.certificate';

function certificate(read: Read): Fact {
  const subject = read(`${SUBJECT}.subject.common_name`);
  if (subject !== undefined) {
    const issuer = read(`${SUBJECT}.issuer.common_name`);
    const by = issuer === undefined ? '' : `, vouched for by ${issuer}`;
    return known('Certificate', `${subject}${by}: TLS 1.2 sends it in the clear.`);
  }
  return unknown('Certificate', 'Cannot be read: TLS 1.3 seals it, and a resumed session sends none.');
}

function keyId(read: Read): Fact {
  const id = read('psk.key_id');
  if (id === undefined) return unknown('Key id', 'Cannot be read: the hello was not seen.');
  return known('Key id', `${id}: which key is used, and not the key.`);
}
