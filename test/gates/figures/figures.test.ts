/**
 * Figures in the prose of pages: lengths, counts, limits, bytes in hex. Each is computed from the recordings, the core or
 * the tables behind them, or has been fixed by somebody else, who is named.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../documents.ts';
import { ROOT } from '../sources.ts';
import { CONCEPTS } from './concepts.ts';
import { type Held, faultsOf } from './figures.ts';
import { GUIDE_AND_HANDBOOK } from './handbook.ts';
import { OPERATION } from './operations.ts';
import { PROTOCOLS } from './protocols.ts';
import { REFERENCE } from './reference.ts';
import { says } from './row.ts';
import { SECURITY } from './security.ts';
import { TLS } from './tls.ts';

const HELD: Readonly<Record<string, Held>> = {
  ...CONCEPTS,
  ...TLS,
  ...PROTOCOLS,
  ...GUIDE_AND_HANDBOOK,
  ...REFERENCE,
  ...OPERATION,
  ...SECURITY,
};

/** Pages whose every figure must be held. */
const SWEPT =
  /^(README\.md|docs\/(concepts|guide|handbook|labs)\/.*|docs\/(glossary|index)\.md|docs\/reference\/(?!performance).*)$/;

const documents = new Map([...readDocuments(ROOT)].filter(([path]) => SWEPT.test(path) || path in HELD));

describe('the figures in the text of', () => {
  it.each([...documents])('%s are computed, or fixed by somebody who is named', (path, text) => {
    expect(faultsOf(text, HELD[path] ?? {})).toEqual([]);
  });

  it('no page that is not there', () => {
    expect(Object.keys(HELD).filter((path) => !documents.has(path))).toEqual([]);
  });

  it.each(Object.entries(HELD).filter(([, { rows = [] }]) => rows.length > 0))(
    '%s are noticed when they change',
    (path, held) => {
      const text = (documents.get(path) ?? '').replace(/\s+/g, ' ');
      for (const { text: said, values } of held.rows ?? []) {
        const { start = 0, end = 0 } = values[0] ?? {};
        const changed = `${said.slice(0, start)}9,999${said.slice(end)}`;
        expect(faultsOf(text.replaceAll(said, changed), held), said).not.toEqual([]);
      }
    },
  );
});

describe('a page may not', () => {
  const held: Held = {
    rows: [says`both have ${80} bytes`],
    fixed: [{ text: 'a nonce of 12 bytes', by: 'RFC 8439' }],
  };
  const page = 'In the recording both\nhave 80 bytes, and a nonce of 12 bytes.\n';

  it('have another figure than the one that is computed', () => {
    expect(faultsOf(page, held)).toEqual([]);
    expect(faultsOf(page.replace('80', '81'), held)).toEqual([
      'does not say: both have 80 bytes',
      'nothing holds: …In the recording both have [81] bytes, and a nonce of 12 byte…',
    ]);
  });

  it.each([
    'It has 17 bytes.',
    'It has four bytes.',
    'It is `0a ff`.',
    'It is 2^24.',
    'It took 1.5 ms.',
    '| a | 3 |',
    'XOR `08` gives it.',
    'Ten seconds later.',
  ])('say more than is held: %s', (sentence) => {
    expect(faultsOf(`${page}\n${sentence}\n`, held)).toHaveLength(1);
  });

  it.each([
    'TLS 1.3 ([RFC 8446](https://www.rfc-editor.org/rfc/rfc8446), §5.2) and SHA-256 with AES-256-GCM.',
    '[Lab 05](../../labs/05-tamper/README.md) or labs 01, 04 and 05; 0-RTT; x25519 on 127.0.0.1:8080.',
    '```hex\n00 00\n```',
    '1. One.\n2. Two.',
  ])('be refused for the name of a thing: %s', (sentence) => {
    expect(faultsOf(`${page}\n${sentence}\n`, held)).toEqual([]);
  });
});

it('a row without a computed value is refused', () => {
  expect(() => says`both have 80 bytes`).toThrow('holds nothing');
});

describe('a soak that is said to have measured a figure', () => {
  const runner = readFileSync(join(ROOT, 'test/soak/run.ts'), 'utf8');
  const soaksIn = (text: string): string[] =>
    [...text.matchAll(/npm run soak -- ([a-z-]+)/g)].map(([, name = '']) => name);
  const said = Object.entries(HELD).flatMap(([path, { fixed = [] }]) =>
    fixed.flatMap(({ by }) => soaksIn(by).map((soak) => ({ path, soak }))),
  );
  const named = [...documents].flatMap(([path, text]) => soaksIn(text).map((soak) => ({ path, soak })));

  it('is named by the page', () => {
    expect(said.filter(({ path, soak }) => !soaksIn(documents.get(path) ?? '').includes(soak))).toEqual([]);
    expect(new Set(said.map(({ path }) => path)).size).toBeGreaterThan(2);
  });

  it('can be run', () => {
    const missing = [...said, ...named].filter(
      ({ soak }) =>
        !runner.includes(` from './${soak}.ts'`) ||
        !readFileSync(join(ROOT, `test/soak/${soak}.ts`), 'utf8').includes(`\n  name: '${soak}',`),
    );
    expect(missing).toEqual([]);
  });
});

describe('what a page says of others', () => {
  const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

  it.each(['45', '90', '180'])('the plan of %s minutes has no gap, and ends in time', (minutes) => {
    const text = read(`docs/handbook/lesson-${minutes}.md`);
    const times = [...text.matchAll(/^\| (\d+)–(\d+) +\|/gm)].map(([, from, to]) => [from, to] as const);
    expect(times.length).toBeGreaterThan(3);
    expect(times.map(([from]) => from)).toEqual(['0', ...times.slice(0, -1).map(([, to]) => to)]);
    expect(times.at(-1)?.[1]).toBe(minutes);
  });

  it('Node takes a GCM tag of 4 bytes, unless it is told a length', () => {
    const [key, nonce] = [new Uint8Array(32), new Uint8Array(12)];
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const sealed = Buffer.concat([cipher.update('hi'), cipher.final()]);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(
      cipher.getAuthTag().subarray(0, 4),
    );
    expect(Buffer.concat([decipher.update(sealed), decipher.final()]).toString()).toBe('hi');
  });

  it('the page waits as long for a capture as the guide says', () => {
    const choices = [...read('inspector/app/components/CaptureMenu.vue').matchAll(/\{ seconds: (\d+)/g)];
    expect(choices.map(([, seconds]) => seconds)).toEqual(['0', '10', '60']);
    expect(read('docs/guide/page.md')).toContain('waits 10 or 60 seconds more');
  });
});
