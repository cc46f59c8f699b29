/** TypeScript, in the colours that the code of the pages has. */
import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'light-dark(#a0111f, #ff7b72)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'light-dark(#032563, #a5d6ff)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#023b95, #79c0ff)' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: 'light-dark(#622cbc, #d2a8ff)',
  },
  { tag: [tags.typeName, tags.className], color: 'light-dark(#702c00, #ffa657)' },
  { tag: tags.comment, color: 'var(--ink-3)' },
]);

const LOOK = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--panel)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-1px' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    fontVariantLigatures: 'none',
    lineHeight: '1.6',
    maxHeight: '32rem',
    overflow: 'auto',
  },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    color: 'var(--ink-3)',
    backgroundColor: 'var(--panel-sunk)',
    borderRight: '1px solid var(--line)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--marker-soft)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--marker-soft)' },
  '.cm-changedLine': { backgroundColor: 'var(--good-soft) !important' },
  '.cm-changedText, .cm-insertedLine': { background: 'none !important', textDecoration: 'none' },
  '.cm-deletedChunk': { backgroundColor: 'var(--bad-soft) !important', paddingLeft: '6px' },
  '.cm-deletedText': { background: 'none !important', textDecoration: 'none' },
  '.cm-deletedLine del, .cm-deletedLine': { textDecoration: 'none' },
});

export const languageAndLook = [javascript({ typescript: true }), syntaxHighlighting(COLOURS), LOOK];

/**
 * Lets the editors of this document keep their styles in a sheet that scripts own, as they do in a shadow tree: the server's
 * policy forbids the style elements that they would write. Call it before the first one is made.
 */
export function adoptEditorStyles(): void {
  const shadow = document.createElement('div').attachShadow({ mode: 'open' });
  new EditorView({ root: shadow }).destroy();
  const key = Object.getOwnPropertySymbols(shadow).find(({ description }) => description === 'styleSet');
  if (key && !Reflect.has(document, key)) Reflect.set(document, key, Reflect.get(shadow, key));
}
