/** Writes a filter's tree as text with the same meaning. */
import { toHex } from '#protocol/bytes';
import type { ListItem, Literal, Node, Subject } from './syntax.ts';

export function printFilter(node: Node): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.parts.map(enclosed).join(` ${node.kind} `);
    case 'not':
      return `not ${enclosed(node.part)}`;
    case 'present':
      return name(node.subject);
    case 'compare':
      return `${name(node.subject)} ${node.operator} ${literal(node.value)}`;
    case 'contains':
      return `${node.subject ? `${name(node.subject)} ` : ''}contains ${literal(node.value)}`;
    case 'matches':
      return `${node.subject ? `${name(node.subject)} ` : ''}matches ${literal(node.pattern)}`;
    case 'in':
      return `${name(node.subject)} in {${node.items.map(item).join(', ')}}`;
  }
}

/** A string as a filter writes it, quotes included. */
export function quoteText(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, (char) => {
    return `\\u{${char.charCodeAt(0).toString(16)}}`;
  });
  return `"${escaped}"`;
}

function enclosed(node: Node): string {
  return node.kind === 'and' || node.kind === 'or' ? `(${printFilter(node)})` : printFilter(node);
}

function name({ path, lower }: Subject): string {
  return lower ? `lower(${path})` : path;
}

function item(value: ListItem): string {
  return value.kind === 'range' ? `${value.from.text}..${value.to.text}` : literal(value);
}

function literal(value: Literal): string {
  if (value.kind === 'text') return quoteText(value.text);
  return value.kind === 'bytes'
    ? Array.from(value.bytes, (byte) => toHex(Uint8Array.of(byte))).join(':')
    : value.text;
}
