/** Compiles a filter's tree into a function. Everything that depends only on the filter is computed once, here. */
import { indexOfBytes, showUtf8, toHex, utf8 } from '#protocol/bytes';
import type { FlowSummary, WireRecord } from '../model.ts';
import {
  type PathReader,
  type PathValue,
  type Visit,
  pathReader,
  someField,
  someReadable,
  someUnit,
  valuesAt,
} from '../fields/paths.ts';
import { characterPerByte } from '../fields/show.ts';
import { dateOf } from './check.ts';
import { knownName } from './known.ts';
import { ruledOut } from './ruled-out.ts';
import {
  type Comparison,
  type CompilePattern,
  FILTER_LIMITS,
  type ListItem,
  type Literal,
  type Node,
  type Subject,
} from './syntax.ts';

export type Matches = (record: WireRecord, flow: FlowSummary) => boolean;

/** The test for a checked tree. It never throws. */
export function compileNode(node: Node, compilePattern: CompilePattern): Matches {
  const compiled = (part: Node): Matches => compileNode(part, compilePattern);
  switch (node.kind) {
    case 'and':
      return every(node.parts.map(compiled));
    case 'or':
      return some(node.parts.map(compiled));
    case 'not': {
      const part = compiled(node.part);
      return (record, flow) => !part(record, flow);
    }
    case 'present': {
      const reader = pathReader(node.subject.path);
      return (record, flow) => reader.present(record, flow);
    }
    case 'compare':
      return comparison(node.subject, node.operator, node.value);
    case 'in':
      return anyValue(node.subject, oneOf(node.items.map((item) => itemTest(node.subject, item))));
    case 'contains':
      if (!node.subject) return anywhere(node.value);
      return unlessRuledOut(
        node.subject,
        node.value,
        anyValue(node.subject, holding(node.subject, node.value)),
      );
    case 'matches': {
      const finds = compilePattern(node.pattern.text);
      return node.subject ? anyValue(node.subject, matching(finds)) : foundAnywhere(finds);
    }
  }
}

function every(parts: readonly Matches[]): Matches {
  return (record, flow) => parts.every((part) => part(record, flow));
}

function some(parts: readonly Matches[]): Matches {
  return (record, flow) => parts.some((part) => part(record, flow));
}

/** True when any value of the subject passes. */
function anyValue({ path, lower }: Subject, test: Visit): Matches {
  const reader: PathReader = pathReader(path);
  const visit: Visit = lower
    ? (value) => test(typeof value === 'string' ? value.toLowerCase() : value)
    : test;
  return (record, flow) => reader.some(record, flow, visit);
}

/** The same test, which looks into the fields only where the bytes leave room for the value. */
function unlessRuledOut(subject: Subject, value: Literal, matches: Matches): Matches {
  const text = value.kind === 'text' || value.kind === 'word' ? value.text : undefined;
  if (text === undefined || subject.lower || numberOf(subject, value) !== undefined) return matches;
  const isRuledOut = ruledOut(subject.path, text);
  if (!isRuledOut) return matches;
  return (record, flow) => !isRuledOut(record) && matches(record, flow);
}

const ORDER: Readonly<Record<Exclude<Comparison, '==' | '!='>, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function comparison(subject: Subject, operator: Comparison, value: Literal): Matches {
  if (operator === '==' || operator === '!=') {
    const equal = unlessRuledOut(subject, value, anyValue(subject, equalTo(subject, value)));
    return operator === '==' ? equal : (record, flow) => !equal(record, flow);
  }
  const inOrder = ORDER[operator];
  const bound = numberOf(subject, value) ?? NaN;
  return anyValue(subject, (found) => typeof found === 'number' && inOrder(found, bound));
}

/** The number that a literal stands for with this subject, if any: with times, dates are numbers. */
function numberOf({ path }: Subject, value: Literal): number | undefined {
  if (value.kind === 'number') return value.number;
  const isTime = value.kind !== 'bytes' && knownName(path)?.kind === 'time';
  return isTime ? dateOf(value.text) : undefined;
}

function itemTest(subject: Subject, item: ListItem): Visit {
  if (item.kind !== 'range') return equalTo(subject, item);
  const [from, to] = [item.from.number, item.to.number];
  return (found) => typeof found === 'number' && found >= from && found <= to;
}

function oneOf(tests: readonly Visit[]): Visit {
  return (value) => tests.some((test) => test(value));
}

/** Bytes are compared with what a field of bytes shows, which is its hex. */
function equalTo(subject: Subject, value: Literal): Visit {
  const number = numberOf(subject, value);
  const text = value.kind === 'text' || value.kind === 'word' ? value.text : undefined;
  const bytes = text === undefined ? bytesOf(value) : utf8(text);
  const hex = bytesOf(value) && hasHex(subject) ? toHex(bytesOf(value) as Uint8Array) : undefined;
  return (found) => {
    if (typeof found === 'number') return found === number;
    if (typeof found === 'string') return found === text || found === hex;
    if (typeof found === 'boolean') return String(found) === text;
    return bytes !== undefined && found.length === bytes.length && indexOfBytes(found, bytes) === 0;
  };
}

function holding(subject: Subject, value: Literal): Visit {
  const text = value.kind === 'text' || value.kind === 'word' ? value.text : undefined;
  const given = bytesOf(value);
  const bytes = text === undefined ? given : utf8(text);
  const hex = given && hasHex(subject) ? toHex(given) : undefined;
  return (found) => {
    if (found instanceof Uint8Array) return bytes !== undefined && indexOfBytes(found, bytes) >= 0;
    if (typeof found !== 'string') return false;
    return (text !== undefined && found.includes(text)) || (hex !== undefined && holdsHex(found, hex));
  };
}

function bytesOf(value: Literal): Uint8Array | undefined {
  return value.kind === 'bytes' || value.kind === 'number' ? value.bytes : undefined;
}

function hasHex({ path }: Subject): boolean {
  const kind = knownName(path)?.kind;
  return kind === 'bytes' || kind === 'any';
}

/** Finds whole bytes only: 7030 is not in 17 03 03. */
function holdsHex(text: string, hex: string): boolean {
  for (let at = text.indexOf(hex); at >= 0; at = text.indexOf(hex, at + 1)) if (at % 2 === 0) return true;
  return false;
}

function matching(finds: (text: string) => boolean): Visit {
  return (found) => {
    if (typeof found === 'string') return finds(found);
    if (!(found instanceof Uint8Array)) return false;
    return finds(characterPerByte(found.subarray(0, FILTER_LIMITS.matchedText)));
  };
}

function anywhere(value: Literal): Matches {
  if (value.kind === 'text' || value.kind === 'word') {
    const bytes = utf8(value.text);
    return (record) =>
      someReadable(record, (readable) => indexOfBytes(readable, bytes) >= 0) ||
      someText(record, (text) => text.includes(value.text));
  }
  const bytes = bytesOf(value) ?? utf8('');
  const isIn: Visit = (found) => found instanceof Uint8Array && indexOfBytes(found, bytes) >= 0;
  return (record, flow) =>
    isIn(record.raw) || valuesAt(record, flow, 'plain').some(isIn) || someReadable(record, isIn);
}

function foundAnywhere(finds: (text: string) => boolean): Matches {
  return (record) => someText(record, finds) || someReadable(record, (bytes) => finds(showUtf8(bytes)));
}

/** The title of a record and every text among the values of its fields. */
function someText(record: WireRecord, visit: (text: string) => boolean): boolean {
  const isFound = (value: PathValue): boolean => typeof value === 'string' && visit(value);
  return visit(record.title) || someUnit(record, ({ fields }) => someField(fields, isFound));
}
