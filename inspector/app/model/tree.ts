/** The field tree as rows: what is folded is left out. */
import type { TreeNode } from '#dissect/record-view';

export interface TreeRow {
  readonly node: TreeNode;
  readonly folded: boolean;
  readonly parent: string | undefined;
}

/** Visible rows from the top down. `folded` holds ids of nodes whose children are hidden. */
export function rowsOf(root: TreeNode, folded: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (node: TreeNode, parent: string | undefined): void => {
    const isFolded = folded.has(node.id);
    rows.push({ node, folded: isFolded, parent });
    if (!isFolded) for (const child of node.children) visit(child, node.id);
  };
  visit(root, undefined);
  return rows;
}

export function nodeById(root: TreeNode, id: string): TreeNode | undefined {
  if (root.id === id) return root;
  for (const child of root.children) {
    if (id === child.id || id.startsWith(`${child.id}.`)) return nodeById(child, id);
  }
  return undefined;
}

/** Ids of the nodes around `id`, outermost first: what must be unfolded to see it. */
export function pathTo(id: string): string[] {
  const parts = id.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** A value on one line, short enough for a row. */
export function shortValue(node: Pick<TreeNode, 'value'>, max = 160): string {
  const text = node.value === null ? 'null' : String(node.value);
  const line = text.replace(/\s+/g, ' ');
  return line.length > max ? `${line.slice(0, max)}…` : line;
}
