/** Limits with what the comment above each says in the source. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type Row, code } from './markdown.ts';
import { ROOT } from './sources.ts';

export function limitRows(limits: Readonly<Record<string, number>>, source: string): Row[] {
  const comments = limitComments(source);
  return Object.entries(limits).map(([name, value]) => [
    code(name),
    value.toLocaleString('en'),
    comments.get(name) ?? '',
  ]);
}

/** The comment above each limit in the source: its meaning and unit. */
function limitComments(source: string): Map<string, string> {
  const path = join(ROOT, source);
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const comments = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) comments.set(node.name.getText(), commentOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return comments;
}

function commentOf(node: ts.Node): string {
  const texts = ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
  return texts.join(' ').replace(/\s+/g, ' ').trim();
}
