/** The figures of the concept pages about TLS and certificates, from the recordings that these pages show. */
import type { WireRecord } from '#dissect/model';
import type { Field } from '#protocol/field';
import type { Held } from './figures.ts';
import { derived, fieldOf, recorded, sizeOf } from './measured.ts';
import { Word, says, word } from './row.ts';

const TLS13 = recorded('tls13').flows;
const TLS12 = recorded('tls12').flows;

/** The records of the first connection with this title, of one side or of both. */
function titled(flows: typeof TLS13, title: string): readonly WireRecord[] {
  return (flows[0] ?? []).filter((record) => record.title === title);
}

/** The message inside the first record of the first connection with this title. */
function message(flows: typeof TLS13, title: string): { readonly fields: readonly Field[] } {
  const found = titled(flows, title)[0]?.inner[0];
  if (!found) throw new Error(`the recording has no ${title}`);
  return found;
}

function certificates(): Held {
  const fields = message(TLS13, 'certificate').fields;
  const list = fields.find(({ name }) => name === 'certificate_list')?.children ?? [];
  const certified = list.filter(({ name }) => name === 'certificate');
  const [, ca] = certified;
  if (!ca) throw new Error('the recording has no certificate of a CA');
  return {
    rows: [
      says`The message holds a list of ${word(certified.length)} certificates`,
      says`The CA's says yes, with a path length of ${Number(fieldOf({ fields: [ca] }, 'path_length').value)}:`,
    ],
  };
}

function tls13(): Held {
  const [flow = []] = TLS13;
  const clear = flow.filter(({ dir, state }) => dir === 's2c' && state === 'clear').map(({ title }) => title);
  const [ccs] = titled(TLS13, 'change_cipher_spec');
  const hello = fieldOf(message(TLS13, 'client_hello'), 'extensions').children ?? [];
  const older = ['ec_point_formats', 'session_ticket', 'encrypt_then_mac', 'extended_master_secret'].filter(
    (name) => hello.some((extension) => extension.name === name),
  );
  const hashes = derived('tls13').filter(({ id }) => id.startsWith('tls.transcript.'));
  return {
    rows: [
      says`${Word(clear.length)}: ${clear.map((title) => `\`${title}\``).join(' and ')}. All others say`,
      says`The recording has ${word(TLS13.length)} connections with the same steps.`,
      says`| ${'`random`'} | ${sizeOf(message(TLS13, 'client_hello'), 'random')} fresh bytes.`,
      says`${Word(older.length)} more extensions (${older.map((name) => `\`${name}\``).join(', ')})`,
      says`A record with ${word((ccs?.raw.length ?? 0) - 5)} byte, which means nothing.`,
      says`new_session_ticket, from the server, sealed, ${titled(TLS13, 'new_session_ticket').length === 2 ? 'twice' : ''}`,
      says`The ${word(hashes.length)} hashes of the transcript`,
    ],
    fixed: [
      { text: 'counts its records from 0 again', by: 'RFC 8446 §5.3' },
      { text: 'the last 8 bytes of its `random`', by: 'RFC 8446 §4.1.3' },
    ],
  };
}

function tls12(): Held {
  const hello = message(TLS12, 'client_hello');
  const suites = (fieldOf(hello, 'cipher_suites').children ?? []).map(({ value }) => String(value));
  const real = suites.filter((name) => !name.endsWith('_SCSV'));
  const iv = derived('tls12').find(({ name }) => name === 'client iv')?.length ?? 0;
  const [finished] = titled(TLS12, 'finished');
  if (!finished || suites[real.length] !== 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV') throw new Error('it differs');
  const sent = sizeOf(finished, 'explicit_nonce');
  return {
    rows: [
      says`| ${'`random`'} | ${sizeOf(hello, 'random')} fresh bytes.`,
      says`${Word(real.length)} suites, best first. A ${['sixth', 'seventh', 'eighth'][real.length - 5] ?? ''} entry`,
      says`with ${'`verify_data`'} of ${sizeOf(message(TLS12, 'finished'), 'verify_data')} bytes.`,
      says`The nonce of a record has ${iv + sent} bytes: ${iv} are the iv from the key block, and ${sent} are sent along`,
      says`The recording has ${word(TLS12.length)} connections with the same steps.`,
    ],
    fixed: [{ text: 'TLS 1.3 is from 2018.', by: 'the date of RFC 8446' }],
  };
}

function whatTlsDoesNotDo(): Held {
  const [ana = [], ben = []] = TLS13;
  const lengths = (flow: readonly WireRecord[], title: string): number[] =>
    flow.filter((record) => record.title === title).map(({ raw }) => raw.length);
  // What one says is what the other gets next, in the order in which it was said.
  const relayed = [
    ...lengths(ben, 'message').map((length, i) => length - (lengths(ana, 'say')[i] ?? 0)),
    ...lengths(ana, 'message').map((length, i) => length - (lengths(ben, 'say')[i] ?? 0)),
  ];
  const joins = [...new Set([...lengths(ana, 'join'), ...lengths(ben, 'join')])];
  return {
    rows: [
      says`In the recording it is ${[...new Set(relayed)].join(' or ')} bytes longer, and it is so each time`,
      says`In the recording both have ${joins.join(' and ')} bytes.`,
      says`from the fact that both are ${joins.join(' and ')} bytes long?`,
    ],
  };
}

export const TLS: Readonly<Record<string, Held>> = {
  'docs/concepts/certificates.md': certificates(),
  'docs/concepts/tls-12.md': tls12(),
  'docs/concepts/tls-13.md': tls13(),
  'docs/concepts/what-tls-does-not-do.md': whatTlsDoesNotDo(),
};
