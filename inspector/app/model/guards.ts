/** What protects a byte: the header, nonce and tag of the sealed unit that it is in. */
import type { Range } from '#dissect/fields/locate';
import { type RecordView, type TreeNode, WIRE_SPACE } from '#dissect/record-view';
import { nodeById, pathTo } from './tree.ts';

export const GUARD_PARTS = ['header', 'nonce', 'tag'] as const;
export type GuardPart = (typeof GUARD_PARTS)[number];

export interface Guard extends Range {
  readonly part: GuardPart;
  readonly space: number;
}

/** What holds the content of a unit that is protected. */
const CONTENTS: ReadonlySet<string> = new Set(['tls.ciphertext', 'psk.ciphertext', 'psk.body']);
/** A suite without encryption: a MAC protects what stands in the clear. */
const CLEAR_CONTENT = 'tls.fragment';

/** From the outside in, one range for each part of each unit around the node. None for a header: it protects itself. */
export function guardsOf(view: RecordView, node: TreeNode): readonly Guard[] {
  const around = [...pathTo(node.id), node.id].flatMap((id) => nodeById(view.root, id) ?? []);
  return around.flatMap((unit, depth) => {
    const inside = around[depth + 1];
    return unit.unit && inside && isContent(inside, unit) ? guardsIn(unit) : [];
  });
}

/** Everything of a protected unit that is neither in its header nor after its ciphertext. */
function isContent(inside: TreeNode, unit: TreeNode): boolean {
  if (CONTENTS.has(inside.path)) return true;
  const isSealed = unit.children.some(({ path }) => CONTENTS.has(path));
  const hasMac = unit.children.some(({ path }) => path === 'tls.content_mac');
  return inside.unit !== undefined ? isSealed || hasMac : hasMac && inside.path === CLEAR_CONTENT;
}

/** Whether a node is inside something that is encrypted; the ciphertext itself is not. */
export function isSealedAt(view: RecordView, node: TreeNode): boolean {
  const around = [...pathTo(node.id), node.id].flatMap((id) => nodeById(view.root, id) ?? []);
  return around.some((unit, depth) => {
    const inside = around[depth + 1];
    if (!unit.unit || !inside || !unit.children.some(({ path }) => CONTENTS.has(path))) return false;
    return inside.unit !== undefined || (CONTENTS.has(inside.path) && inside !== node);
  });
}

function guardsIn(unit: TreeNode): Guard[] {
  const inCiphertext = unit.children
    .filter(({ path }) => CONTENTS.has(path))
    .flatMap(({ children }) => children);
  const tags = [...unit.children, ...inCiphertext].filter(({ kind }) => kind === 'tag');
  const nonces = unit.children.filter(({ kind }) => kind === 'nonce');
  // Where there is no tag, nothing shows that a header was changed.
  const isHeader = ({ kind }: TreeNode): boolean => kind === 'header' || kind === 'length';
  const headers = tags.length > 0 ? unit.children.filter(isHeader) : [];
  return [...joined('header', headers), ...joined('nonce', nonces), ...joined('tag', tags)];
}

function joined(part: GuardPart, nodes: readonly TreeNode[]): Guard[] {
  const guards: Guard[] = [];
  for (const { space, start, end } of nodes) {
    const last = guards.at(-1);
    if (last?.end === start) guards.splice(-1, 1, { ...last, end });
    else if (end > start) guards.push({ part, space, start, end });
  }
  return guards;
}

const SIGNS: Readonly<Record<GuardPart, string>> = { header: 'h', nonce: 'n', tag: 't' };
const PARTS = Object.fromEntries(GUARD_PARTS.map((part) => [SIGNS[part], part])) as Readonly<
  Record<string, GuardPart>
>;

/** For a row of `count` bytes from `from` on, one letter each, `.` for none; empty if the row has none. */
export function guardsInRow(guards: readonly Guard[], from: number, count: number): string {
  if (guards.every(({ start, end }) => end <= from || start >= from + count)) return '';
  return Array.from({ length: count }, (_, column) => {
    const guard = guards.find(({ start, end }) => start <= from + column && from + column < end);
    return guard ? SIGNS[guard.part] : '.';
  }).join('');
}

export function guardOfSign(sign: string | undefined): GuardPart | undefined {
  return sign === undefined ? undefined : PARTS[sign];
}

/** What lights up with a byte on the wire, in words: `header, nonce and tag`. Empty where nothing protects it. */
export function guardWords(guards: readonly Guard[]): readonly GuardPart[] {
  return GUARD_PARTS.filter((part) =>
    guards.some((guard) => guard.part === part && guard.space === WIRE_SPACE),
  );
}
