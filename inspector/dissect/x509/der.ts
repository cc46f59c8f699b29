/**
 * DER (X.690) as a tree with byte ranges. The package asn1js parses; before it does, the lengths are walked once here,
 * because bytes from the network could otherwise nest deeper than the stack.
 */
import * as asn1js from 'asn1js';
import { counted } from '#protocol/shown';
import { Misfit } from '../fields/field-reader.ts';

/** Certificates nest about ten deep and have a few hundred nodes. */
const MAX_DEPTH = 32;
const MAX_NODES = 8_192;
const MAX_BYTES = 64 * 1024;

export type TagClass = 'universal' | 'application' | 'context' | 'private';

export const TAG = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  oid: 6,
  enumerated: 10,
  sequence: 16,
  set: 17,
  utcTime: 23,
  generalizedTime: 24,
} as const;

export interface DerNode {
  readonly tagClass: TagClass;
  readonly tag: number;
  readonly constructed: boolean;
  /** The buffer that the ranges count from. */
  readonly bytes: Uint8Array;
  readonly start: number;
  /** First byte after tag and length. */
  readonly content: number;
  readonly end: number;
  readonly children: readonly DerNode[];
  readonly block: asn1js.BaseBlock;
}

const CLASSES: readonly TagClass[] = ['universal', 'application', 'context', 'private'];

/** The one value from `start` to before `end`. Throws `Misfit` when there is anything else. */
export function parseDer(bytes: Uint8Array, start: number, end: number): DerNode {
  if (end - start > MAX_BYTES) throw new Misfit(`${end - start} bytes of DER, at most ${MAX_BYTES} are read`);
  const walked = { nodes: 0 };
  const last = walk(bytes, { start, end }, 0, walked);
  if (last !== end) throw new Misfit(`${counted(end - last, 'byte')} more than the DER value has`);
  return parsed(bytes, start, end);
}

function parsed(bytes: Uint8Array, start: number, end: number): DerNode {
  try {
    const { result } = asn1js.fromBER(bytes.subarray(start, end));
    if (result.error === '') return nodeOf(result, bytes, start);
    throw new Misfit(`not DER: ${result.error.toLowerCase()}`);
  } catch (error) {
    if (error instanceof Misfit) throw error;
    // The package has its own ways to give up on bytes that nobody meant as DER.
    throw new Misfit('not DER');
  }
}

function nodeOf(block: asn1js.BaseBlock, bytes: Uint8Array, start: number): DerNode {
  const { idBlock, lenBlock } = block;
  const content = start + idBlock.blockLength + lenBlock.blockLength;
  const children: DerNode[] = [];
  if (idBlock.isConstructed) {
    let at = content;
    for (const child of (block.valueBlock as { value?: asn1js.BaseBlock[] }).value ?? []) {
      children.push(nodeOf(child, bytes, at));
      at += child.blockLength;
    }
  }
  return {
    tagClass: CLASSES[idBlock.tagClass - 1] ?? 'universal',
    tag: idBlock.tagNumber,
    constructed: idBlock.isConstructed,
    bytes,
    start,
    content,
    end: start + block.blockLength,
    children,
    block,
  };
}

/** Tags of sequences and sets: nothing else of the universal class has parts in DER (X.690 §10.2). */
const LISTS: ReadonlySet<number> = new Set([0x30, 0x31]);

interface Span {
  readonly start: number;
  readonly end: number;
}

/** End of the value at `start`, with everything inside it counted and within bounds. */
function walk(bytes: Uint8Array, { start, end }: Span, depth: number, walked: { nodes: number }): number {
  if (depth > MAX_DEPTH) throw new Misfit(`DER nested deeper than ${MAX_DEPTH}`);
  if (++walked.nodes > MAX_NODES) throw new Misfit(`more than ${MAX_NODES} values of DER`);
  const inside = contentOf(bytes, start, end);
  const id = bytes[start] as number;
  if ((id & 0x20) !== 0) {
    if (id < 0x40 && !LISTS.has(id)) throw new Misfit('a value in parts, which DER does not allow');
    for (let at = inside.start; at < inside.end;)
      at = walk(bytes, { ...inside, start: at }, depth + 1, walked);
  } else if (id === TAG.octetString || id === TAG.bitString) {
    peek(bytes, inside, depth, { walked, skip: id === TAG.bitString ? 1 : 0 });
  }
  return inside.end;
}

/** The parser looks into byte strings too, in case they hold DER; those that do count as nested. */
function peek(
  bytes: Uint8Array,
  { start, end }: Span,
  depth: number,
  { walked, skip }: { readonly walked: { nodes: number }; readonly skip: number },
): void {
  const nodes = walked.nodes;
  try {
    if (start + skip < end) walk(bytes, { start: start + skip, end }, depth + 1, walked);
  } catch (error) {
    if (!(error instanceof Misfit) || /deeper|more than/.test(error.message)) throw error;
    walked.nodes = nodes;
  }
}

function contentOf(bytes: Uint8Array, start: number, end: number): Span {
  let at = start + 1;
  if (((bytes[start] ?? 0) & 0x1f) === 0x1f) {
    do if (at >= end) throw new Misfit('the DER ends inside a tag');
    while (((bytes[at++] as number) & 0x80) !== 0);
  }
  if (at >= end) throw new Misfit('the DER ends before a length');
  let length = bytes[at++] as number;
  if (length >= 0x80) {
    const size = length & 0x7f;
    if (size === 0 || size > 4 || at + size > end) throw new Misfit('a length that DER does not allow');
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (bytes[at++] as number);
  }
  if (length > end - at) throw new Misfit(tooLong(length, end - at));
  return { start: at, end: at + length };
}

function tooLong(length: number, left: number): string {
  return `a DER value of ${counted(length, 'byte')} where ${left} ${left === 1 ? 'is' : 'are'} left`;
}

export function contentBytes({ bytes, content, end }: DerNode): Uint8Array {
  return bytes.subarray(content, end);
}

type Of<C extends TagClass> = DerNode & { readonly tagClass: C };

export function isUniversal(node: DerNode | undefined, tag: number): node is Of<'universal'> {
  return node?.tagClass === 'universal' && node.tag === tag;
}

export function isContext(node: DerNode | undefined, tag: number): node is Of<'context'> {
  return node?.tagClass === 'context' && node.tag === tag;
}

/** The node when it is what the schema asks for. Throws `Misfit` naming `what` otherwise. */
export function expected(node: DerNode | undefined, tag: number, what: string): DerNode {
  if (!node) throw new Misfit(`${what} is missing`);
  if (!isUniversal(node, tag)) throw new Misfit(`${what} is not of the type it should have`);
  return node;
}

/** What a sequence holds. Throws `Misfit` naming `what` when it is not a sequence. */
export function partsOf(node: DerNode | undefined, what: string): readonly DerNode[] {
  return expected(node, TAG.sequence, what).children;
}

/** Dotted object identifier. */
export function oidOf(node: DerNode | undefined, what: string): string {
  const { block } = expected(node, TAG.oid, what);
  return (block as asn1js.ObjectIdentifier).getValue();
}
