import { describe, expect, it } from 'vitest';
import { Dissection } from './index.ts';
import type { Inner, WireRecord } from './model.ts';
import { showUtf8 } from '#protocol/bytes';
import { traffic } from '../../test/support/flows/traffic.ts';
import { lightOf, nodeAt } from '../app/model/light.ts';
import { type RecordView, type TreeNode, WIRE_SPACE, viewOf } from './record-view.ts';
import { nodeById, pathTo, rowsOf, shortValue } from '../app/model/tree.ts';

const SAY = { type: 'say', text: 'north gate' } as const;

function record(wire: 'plain' | 'psk', keys = true): WireRecord {
  const dissection = new Dissection({ keys });
  dissection.addAll(traffic({ flow: 1, wire, lines: [{ dir: 'c2s', message: SAY }] }));
  return dissection.records(1).at(-1) as WireRecord;
}

function named(view: RecordView, name: string): TreeNode {
  const row = rowsOf(view.root, new Set()).findLast(({ node }) => node.name === name);
  return row?.node as TreeNode;
}

/** What is lit in each space, as text. */
function lit(view: RecordView, node: TreeNode): string[] {
  const light = lightOf(view, node);
  return view.spaces.map(({ id, bytes }) =>
    (light.get(id) ?? []).map(({ start, end }) => showUtf8(bytes.subarray(start, end))).join('|'),
  );
}

describe('a frame on the plain wire', () => {
  const view = viewOf(record('plain'));

  it('has one space, that of the bytes on the wire', () => {
    expect(view.spaces.map(({ label }) => label)).toEqual(['on the wire']);
    expect(view.root.name).toBe('frame');
  });

  it('lights the bytes of a field', () => {
    expect(lit(view, named(view, 'text'))).toEqual(['"north gate"']);
  });

  it('finds the deepest field of a byte', () => {
    const { start } = named(view, 'text');
    expect(nodeAt(view, WIRE_SPACE, start)?.name).toBe('text');
    expect(nodeAt(view, WIRE_SPACE, 0)?.name).toBe('length');
    expect(nodeAt(view, WIRE_SPACE, 4)?.name).toBe('payload');
    expect(nodeAt(view, WIRE_SPACE, 10_000)).toBeUndefined();
  });
});

describe('a psk record', () => {
  const opened = record('psk');
  const view = viewOf(opened);

  it('has a second space for what it decrypts to', () => {
    expect(view.spaces.map(({ label }) => label)).toEqual(['on the wire', 'inside the psk record']);
    expect(rowsOf(view.root, new Set()).map(({ node }) => `${node.depth} ${node.name}`)).toEqual([
      '0 psk record',
      '1 type',
      '1 length',
      '1 sequence',
      '1 ciphertext',
      '1 tag',
      '1 frame',
      '2 length',
      '2 payload',
      '3 type',
      '3 text',
    ]);
  });

  it('lights a field in the decrypted bytes and, twelve header bytes on, in those that crossed', () => {
    const text = named(view, 'text');
    const light = lightOf(view, text);
    expect(light.get(text.space)).toEqual([{ start: text.start, end: text.end }]);
    expect(light.get(WIRE_SPACE)).toEqual([{ start: text.start + 12, end: text.end + 12 }]);
  });

  it('lights everything inside with the ciphertext', () => {
    const { spaces } = view;
    expect(lightOf(view, named(view, 'ciphertext')).get(1)).toEqual([
      { start: 0, end: spaces[1]!.bytes.length },
    ]);
  });

  it('finds the decrypted content of a byte on the wire', () => {
    const { start } = named(view, 'text');
    expect(nodeAt(view, WIRE_SPACE, start + 12)?.name).toBe('text');
    expect(nodeAt(view, WIRE_SPACE, 0)?.name).toBe('type');
    expect(nodeAt(view, WIRE_SPACE, opened.raw.length - 1)?.name).toBe('tag');
  });

  it('without keys keeps its header and nothing inside', () => {
    const sealed = viewOf(record('psk', false));
    expect(sealed.spaces).toHaveLength(1);
    expect(rowsOf(sealed.root, new Set()).map(({ node }) => node.name)).not.toContain('frame');
    expect(sealed.root.unit?.state).toBe('no-key');
  });
});

describe('a unit that began in an earlier record', () => {
  const frame: Inner = {
    proto: 'frame',
    title: 'say',
    state: 'clear',
    reason: '',
    bytes: Uint8Array.of(0, 0, 0, 4, 1, 2, 3, 4),
    start: -3,
    fields: [
      { name: 'length', value: 4, start: 0, end: 4, note: '' },
      { name: 'payload', value: '', start: 4, end: 8, note: '' },
    ],
    inner: [],
  };
  const base = record('psk');
  const view = viewOf({
    ...base,
    plain: Uint8Array.of(4, 1, 2, 3, 4, 9, 9),
    plainMap: [{ plainStart: 0, rawStart: 12, length: 7 }],
    inner: [frame],
  });

  it('has a space of its own, and lights the part that is here', () => {
    expect(view.spaces.map(({ label }) => label)).toEqual([
      'on the wire',
      'inside the psk record',
      'frame, put together from several records',
    ]);
    const length = rowsOf(view.root, new Set()).findLast(({ node }) => node.name === 'length')!.node;
    expect([...lightOf(view, length)]).toEqual([
      [2, [{ start: 0, end: 4 }]],
      [1, [{ start: 0, end: 1 }]],
      [0, [{ start: 12, end: 13 }]],
    ]);
  });
});

describe('a handshake message that began in an earlier TLS record in the clear', () => {
  it('lights the bytes after the header of this record', () => {
    const message: Inner = {
      proto: 'tls-handshake',
      title: 'certificate',
      state: 'clear',
      reason: '',
      bytes: Uint8Array.of(0x0b, 0, 0, 2, 0xaa, 0xbb),
      start: -4,
      fields: [{ name: 'body', value: 'aabb', start: 4, end: 6, note: '' }],
      inner: [],
    };
    const view = viewOf({
      flow: 1,
      dir: 's2c',
      index: 0,
      time: 0,
      proto: 'tls',
      title: 'certificate',
      raw: Uint8Array.of(0x16, 3, 3, 0, 2, 0xaa, 0xbb),
      offset: 9,
      state: 'clear',
      reason: '',
      fields: [],
      contentStart: 5,
      inner: [message],
    });
    expect(lightOf(view, named(view, 'body')).get(WIRE_SPACE)).toEqual([{ start: 5, end: 7 }]);
    expect(nodeAt(view, WIRE_SPACE, 6)?.name).toBe('body');
  });
});

describe('the tree', () => {
  const { root } = viewOf(record('psk'));

  it('leaves out the children of folded nodes', () => {
    const frame = root.children.find(({ name }) => name === 'frame')!;
    const names = rowsOf(root, new Set([frame.id])).map(({ node }) => node.name);
    expect(names.at(-1)).toBe('frame');
    expect(names).not.toContain('text');
  });

  it('finds every node by its id, and the way to it', () => {
    for (const { node } of rowsOf(root, new Set())) {
      expect(nodeById(root, node.id)).toBe(node);
      expect(pathTo(node.id).map((id) => nodeById(root, id)?.depth)).toEqual(
        Array.from({ length: node.depth }, (_, depth) => depth),
      );
    }
  });

  it('writes values on one line', () => {
    expect(shortValue({ ...root, value: 'a\n  b' })).toBe('a b');
    expect(shortValue({ ...root, value: null })).toBe('null');
    expect(shortValue({ ...root, value: 'x'.repeat(500) })).toHaveLength(161);
  });
});
