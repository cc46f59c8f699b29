/** The blocks of code in pages that are neither commands nor generated, and what each of them is compared with. */
import { expect } from 'vitest';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeCiphers } from '#wires/ciphers-native';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { type AuditRow, firstBreak } from '#store/audit-chain';
import { loadSettings } from '../../../server/cli/config/load.ts';
import { ROOT } from '../sources.ts';
import { SETTINGS } from '../../../server/cli/config/settings.ts';

export interface Block {
  /** What stands behind the fence: `json`. */
  readonly mark: string;
  readonly text: string;
  readonly line: number;
}

/** What holds a block: a comparison, the test that has one, or a reason why there is nothing to compare. */
export type Holder =
  /** `wrong`: what the comparison must notice; without it, another last digit. */
  | {
      readonly begins: string;
      readonly check: (text: string) => void;
      readonly wrong?: readonly [string, string];
    }
  | { readonly begins: string; readonly test: string }
  /** `in`: what is written from it, or computes it. */
  | { readonly begins: string; readonly notation: string; readonly in: string }
  /** Printed by this soak, on the day that the page tells of. */
  | { readonly begins: string; readonly soak: string };

/** Blocks that are not commands, outputs of commands, or generated. */
export function blocksOf(markdown: string): Block[] {
  const text = markdown.replace(/<!-- table: .*?<!-- end -->/gs, (part) => part.replace(/[^\n]/g, ''));
  return [...text.matchAll(/^( *)```(.*)\n([^]*?)^\1```/gm)]
    .map(({ 2: mark = '', 3: block = '', index }) => ({
      mark,
      text: block,
      line: text.slice(0, index).split('\n').length,
    }))
    .filter(({ mark }) => mark !== 'sh' && mark !== 'text output');
}

const FRAME: Holder = {
  begins: '00 00 00 1a',
  check: (text) => {
    const rows = [...text.matchAll(/^((?:[0-9a-f]{2} ?)+) +(\S.*)$/gm)];
    const bytes = fromHex(rows.map(([, hex = '']) => hex).join(''));
    expect(toHex(bytes)).toBe(toHex(encodeFrame(encodeMessage({ type: 'say', text: 'hi' }))));
    const [length, ...said] = rows.map(([, , note = '']) => note);
    expect(length).toBe(`${bytes.length - 4} bytes follow`);
    expect(said.join('')).toBe(new TextDecoder().decode(bytes.subarray(4)));
  },
};

/** Lines of a file of ours, whatever their indentation there. */
function linesOf(begins: string, path: string): Holder {
  const flat = (text: string): string => text.replace(/^ +/gm, '');
  return {
    begins,
    check: (text) => expect(flat(readFileSync(join(ROOT, path), 'utf8'))).toContain(flat(text)),
  };
}

/** The bytes behind each label, and the characters behind them where there are any. */
function rowsOf(text: string): { bytes: Uint8Array; said: string }[] {
  const rows = [...text.matchAll(/^[A-Za-z ]+? +((?:[0-9a-f]{2} ?)+?)(?: {2,}(\S+))?$/gm)];
  return rows.map(([, hex = '', said = '']) => ({ bytes: fromHex(hex), said }));
}

/** Rows of bytes that a page works out: in each of `sums`, the rows with these numbers XOR to nothing. */
function xorsOf(begins: string, sums: readonly (readonly number[])[]): Holder {
  return {
    begins,
    check: (text) => {
      const rows = rowsOf(text);
      const zero = (sum: readonly number[]): number[] =>
        [...(rows[0]?.bytes ?? [])].map((_, at) =>
          sum.reduce((all, row) => all ^ (rows[row]?.bytes[at] ?? 1), 0),
        );
      for (const sum of sums) expect(new Set(zero(sum))).toEqual(new Set([0]));
      for (const { bytes, said } of rows) if (said !== '') expect(toHex(utf8(said))).toBe(toHex(bytes));
    },
  };
}

/** Lengths of answers: they differ by as much as the answers do. */
const LENGTHS: Holder = {
  begins: 'bytes on the wire',
  check: (text) => {
    const [sizes = [], signs = [], answers = []] = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/).slice(1).join(' ').split(/ +/));
    const least = Math.min(...sizes.map(Number));
    expect(sizes.map((size) => Number(size) - least)).toEqual(
      answers.map((said) => said.length - 'no'.length),
    );
    expect(signs).toEqual(answers.map((said) => (said === 'yes' ? '+' : '-')));
  },
};

const notation = (begins: string, within: string): Holder => ({
  begins,
  notation: 'pseudo-code',
  in: within,
});
const SPECIFIED = 'test/interop/psk_wire.py';

export const BLOCKS: Readonly<Record<string, readonly Holder[]>> = {
  'CONTRIBUTING.md': [linesOf("it('is a length", 'server/protocol/frame.test.ts')],
  'docs/concepts/aead.md': [notation('seal(key, nonce', 'server/channel/contract.ts')],
  'docs/concepts/attack-around.md': [LENGTHS],
  'docs/concepts/attack-changing.md': [
    xorsOf('text ', [
      [0, 1, 2],
      [2, 3, 4],
      [4, 5, 6],
    ]),
  ],
  'docs/concepts/attack-reading.md': [
    xorsOf('first text', [
      [0, 2, 3],
      [1, 2, 4],
      [3, 4, 5],
      [0, 5, 6],
    ]),
  ],
  'docs/concepts/mac.md': [
    notation('tag = MAC(key, message)', 'server/channel/contract.ts'),
    {
      begins: 'key      "Jefe"',
      check: (text) => {
        const [, key = '', message = '', tag] =
          /^key +"(.*)"\nmessage +"(.*)"\ntag +([0-9a-f]+)\n$/.exec(text) ?? [];
        expect(tag).toBe(toHex(nativeCiphers.hmac('sha256', utf8(key))(utf8(message))));
      },
    },
  ],
  'docs/concepts/nonces.md': [notation('(t1 XOR s)', 'server/channel/psk/weaknesses.test.ts')],
  'docs/concepts/stream-and-frame.md': [FRAME],
  'docs/reference/protocol.md': [FRAME],
  'docs/reference/configuration.md': [
    {
      begins: '{',
      wrong: ['"ports"', '"port"'],
      check: (text) => {
        const { settings } = loadSettings({
          file: { name: 'wireglass.config.json', text },
          environment: {},
          flags: {},
        });
        expect(settings['ports.tls']).toBe(15557);
      },
    },
  ],
  'docs/reference/filter.md': [
    ...['msg.type == "say"', 'dir == c2s', 'raw contains', 'msg.type !=', 'raw matches'].map((begins) => ({
      begins,
      test: 'inspector/dissect/filter/page.test.ts',
    })),
    notation('or      = and', 'inspector/dissect/filter/parser.ts'),
    { begins: 'msg.typ ==', test: 'inspector/dissect/filter/page.test.ts' },
  ],
  'docs/reference/key-schedule.md': ['psk.c2s.key', 'tls.s2c.handshake.key', 'tls.master'].map((id) => ({
    begins: `{\n  "id": "${id}"`,
    test: 'inspector/dissect/key-schedule/page.test.ts',
  })),
  'docs/reference/operations.md': [
    {
      begins: 'scrape_configs',
      check: (text) => expect(text).toContain(`'127.0.0.1:${SETTINGS['ports.web'].fallback}'`),
    },
  ],
  'docs/reference/psk-wire.md': [
    'client                 ',
    'PRK    = HKDF-Extract(salt = client_nonce',
    'PRK    = HKDF-Extract(salt = empty',
    'server_confirm =',
    'nonce              =',
    'nonce       =',
    'iv          =',
  ].map((begins) => notation(begins, SPECIFIED)),
  'docs/reference/security.md': [
    { begins: '685 guesses', soak: 'guessing' },
    { begins: 'busy   without', soak: 'logins' },
    { begins: '500 closed', soak: 'slow-clients' },
    { begins: 'rss ', soak: 'crowd' },
    { begins: 'nmap:', soak: 'scan' },
  ],
  'docs/reference/storage.md': [
    {
      begins: '[\n  "hash of',
      wrong: ['"via",', ''],
      check: (text) => {
        const [before = '', ...values] = JSON.parse(text) as string[];
        const names = ['id', 'ts', 'event', 'actor', 'subject', 'address', 'via', 'room', 'detail'];
        const hash = createHash('sha256')
          .update(JSON.stringify(JSON.parse(text)))
          .digest('hex');
        const row = { ...Object.fromEntries(names.map((name, i) => [name, values[i]])), hash };
        expect(firstBreak([row as unknown as AuditRow], { id: 0, hash: before })).toBeUndefined();
        expect(values).toHaveLength(names.length);
      },
    },
  ],
};
