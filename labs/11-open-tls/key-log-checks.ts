/** What the reader of key logs of lab 11 must do. */
import type { Check } from '#judge/check';
import { describe, must, mustBeBytes, mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Random } from '#judge/random';
import { toHex } from '#protocol/bytes';
import { counted } from '#protocol/shown';

const LOG = 'parseKeyLog';

export const KEY_LOG_CHECKS: readonly Check[] = [
  {
    id: 'key-log',
    requires: 'A key log gives its entries in order: the label, the client random and the secret.',
    why: 'It is how browsers, curl and OpenSSL hand out the secrets of a connection.',
    about: LOG,
    run: async ({ piece, random }) => {
      const entries = [
        'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
        'SERVER_TRAFFIC_SECRET_0',
        'EXPORTER_SECRET',
        'X_1',
      ].map((label) => ({
        label,
        clientRandom: random.bytes(32),
        secret: random.bytes(random.pick([32, 48])),
      }));
      await mustParse(piece, `${entries.map(lineOf).join('\n')}\n`, entries);
    },
  },
  {
    id: 'key-log-noise',
    requires: 'Comments, empty lines, half a line, CR LF and capital hex digits do no harm.',
    why: 'The log is written while you read it, by many programs, on all systems.',
    about: LOG,
    run: async ({ piece, random }) => {
      const entries = [1, 2, 3].map(() => entryFrom(random));
      const [first, second, third] = entries.map(lineOf) as [string, string, string];
      const capital = second.replace(/ .*/, (hex) => hex.toUpperCase());
      const lines = [
        '# SSL/TLS secrets log file',
        '',
        first,
        `# ${lineOf(entryFrom(random))}`,
        capital,
        third,
      ];
      for (const half of halvesOf(lineOf(entryFrom(random)), random))
        for (const end of ['\r\n', '\n']) await mustParse(piece, [...lines, half].join(end), entries);
      await mustParse(piece, '', []);
    },
  },
];

interface Entry {
  readonly label: string;
  readonly clientRandom: Uint8Array;
  readonly secret: Uint8Array;
}

function entryFrom(random: Random): Entry {
  return { label: 'CLIENT_TRAFFIC_SECRET_0', clientRandom: random.bytes(32), secret: random.bytes(32) };
}

function lineOf({ label, clientRandom, secret }: Entry): string {
  return `${label} ${toHex(clientRandom)} ${toHex(secret)}`;
}

/**
 * The line ends in its client random, or after an odd number of the digits of its secret. After an even number it would
 * look like the line of a shorter secret.
 */
function halvesOf(line: string, random: Random): string[] {
  const secret = line.lastIndexOf(' ') + 1;
  return [line.slice(0, random.between(40, 80)), line.slice(0, secret + 2 * random.between(0, 20) + 1)];
}

async function mustParse(piece: PieceObject, text: string, entries: readonly Entry[]): Promise<void> {
  const got = await piece.call(LOG, text);
  must(Array.isArray(got) && got.length === entries.length, {
    what: `the number of entries that ${LOG} gives is not right`,
    expected: counted(entries.length, 'entry', 'entries'),
    got: describe(got),
    input: describe(text),
  });
  for (const [i, entry] of entries.entries()) {
    const parsed = (got as readonly (Partial<Entry> | null)[])[i];
    mustEqual(parsed?.label, entry.label, `label of entry ${i + 1}`);
    mustBeBytes(parsed?.clientRandom, entry.clientRandom, {
      what: `clientRandom of entry ${i + 1}`,
      input: describe(text),
    });
    mustBeBytes(parsed?.secret, entry.secret, { what: `secret of entry ${i + 1}`, input: describe(text) });
  }
}
