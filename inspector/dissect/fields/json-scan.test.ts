import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '#protocol/bytes';
import { type JsonNode, scanJson } from './json-scan.ts';

const ranges = (text: string): unknown => {
  const node = scanJson(utf8(text));
  return 'fault' in node ? node : describeNode(node);
};

function describeNode(node: JsonNode): unknown {
  const range = `${node.start}-${node.end}`;
  if (!node.members) return [range, node.value];
  return [range, Object.fromEntries(node.members.map(({ key, node: child }) => [key, describeNode(child)]))];
}

describe('scanJson', () => {
  it('gives every value its byte range', () => {
    expect(ranges('{"type":"say","n":-1.5e2, "a":[true,null]}')).toEqual([
      '0-42',
      {
        type: ['8-13', 'say'],
        n: ['18-24', -150],
        a: ['30-41', { '0': ['31-35', true], '1': ['36-40', null] }],
      },
    ]);
  });

  it('counts bytes, not characters', () => {
    expect(ranges('{"Ω":"€","b":"\\u20ac"}')).toEqual(['0-25', { Ω: ['6-11', '€'], b: ['16-24', '€'] }]);
  });

  it.each([
    ['', 'a value is expected, but the text ends', 0],
    ['{"a":1', 'a comma or the closing bracket is expected, but the text ends', 6],
    ['{"a" 1}', 'a colon is expected', 5],
    ['{a:1}', 'a field name in quotes is expected', 1],
    ['[1,]', 'a value is expected', 3],
    ['[01]', 'this is not a JSON number', 1],
    ['"abc', 'a string is not closed', 0],
    ['"\t"', 'there is a control character or an unknown escape in the string', 0],
    ['{} x', 'there is something after the JSON text', 3],
  ])('says where %j stops being JSON', (text, fault, at) => {
    expect(ranges(text)).toMatchObject({ at, fault: expect.stringContaining(fault) as string });
  });

  it('gives up on what is nested too deep or has too many values, and does not throw', () => {
    expect(scanJson(utf8('['.repeat(60_000)))).toMatchObject({ fault: 'nested deeper than 32' });
    expect(scanJson(utf8(`[${'1,'.repeat(5_000)}1]`))).toMatchObject({ fault: 'more than 4000 values' });
  });

  it('agrees with JSON.parse, and every range holds its value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 1, 4), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        const node = scanJson(utf8(text));
        if ('fault' in node) throw new Error(node.fault);
        expect(valueOf(node)).toEqual(JSON.parse(text));
        everyRangeHolds(node, utf8(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and nothing else', () => {
    const damaged = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', ']', '\\', '0', '-', 'e', '\n', '\u0001'),
      )
      .map(([json, at, insert]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + insert + json.slice(place + (insert === '' ? 1 : 0));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        expect('fault' in scanJson(utf8(text))).toBe(!parses(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws on bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void scanJson(bytes)));
  });
});

function everyRangeHolds(node: JsonNode, bytes: Uint8Array): void {
  expect(JSON.parse(fromUtf8(bytes.subarray(node.start, node.end)) as string)).toEqual(valueOf(node));
  for (const member of node.members ?? []) everyRangeHolds(member.node, bytes);
}

function valueOf(node: JsonNode): unknown {
  if (node.kind === 'array') return node.members?.map((member) => valueOf(member.node));
  if (node.kind !== 'object') return node.value;
  // Through JSON, so that a member called __proto__ is one like any other.
  const members = node.members?.map(
    ({ key, node: child }) => `${JSON.stringify(key)}:${JSON.stringify(valueOf(child))}`,
  );
  return JSON.parse(`{${members?.join(',') ?? ''}}`);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
