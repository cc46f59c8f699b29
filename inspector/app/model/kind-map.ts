/** The kind of every byte of a space, as a text with one letter for each byte, so that rows can be compared and cut out. */
import { BYTE_KINDS, type ByteKind } from '#dissect/fields/byte-kinds';
import type { RecordView, TreeNode } from '#dissect/record-view';

const LETTERS = 'hlnkicpt';
const NONE = '.';

export function kindMapOf(view: RecordView, space: number): string {
  const length = view.spaces[space]?.bytes.length ?? 0;
  const letters = new Array<string>(length).fill(NONE);
  paint(view.root, space, letters);
  return letters.join('');
}

/** What is inside is painted over what is around it, except what only a key finds in a ciphertext. */
function paint(node: TreeNode, space: number, letters: string[]): void {
  if (node.space === space && node.kind) {
    letters.fill(
      LETTERS[BYTE_KINDS.indexOf(node.kind)] as string,
      node.start,
      Math.min(node.end, letters.length),
    );
  }
  if (node.kind === 'ciphertext') return;
  for (const child of node.children) paint(child, space, letters);
}

export function kindOfLetter(letter: string | undefined): ByteKind | undefined {
  return letter === undefined ? undefined : BYTE_KINDS[LETTERS.indexOf(letter)];
}

/** The kinds that occur, in the order of the table. */
export function kindsIn(maps: readonly string[]): readonly ByteKind[] {
  return BYTE_KINDS.filter((_, index) => maps.some((map) => map.includes(LETTERS[index] as string)));
}
