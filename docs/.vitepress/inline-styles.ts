/**
 * Moves the styles that stand in attributes into classes, so that a policy without inline styles allows the pages: the
 * colours of code, the alignment of tables, and what Vue writes for bindings.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

const TAG = /<([a-z][\w-]*)([^<>]*?) style="([^"]*)"([^<>]*)>/g;
/** What Vue sets again in the browser where it matters. */
const SET_BY_VUE = / style="--vp-vh:0px;?"/g;

const classes = new Map<string, string>();

/** Every text that `md` renders from now on has classes instead of styles. */
export function stylesIntoClasses(md: MarkdownRenderer): void {
  const render = md.render.bind(md);
  md.render = (text, env) => withClasses(render(text, env));
}

/** A built page without what is left: the styles of bindings. */
export function withoutStyles(html: string): string {
  return withClasses(html.replace(SET_BY_VUE, ''));
}

export function withClasses(html: string): string {
  return html.replace(TAG, (_, name: string, before: string, style: string, after: string) => {
    const rest = before + after;
    const added = classFor(style);
    const merged = rest.replace(/ class="([^"]*)"/, (_found, given: string) => ` class="${given} ${added}"`);
    return `<${name}${merged === rest ? `${rest} class="${added}"` : merged}>`;
  });
}

function classFor(style: string): string {
  const known = classes.get(style);
  if (known !== undefined) return known;
  const name = `i-${createHash('sha256').update(style).digest('hex').slice(0, 8)}`;
  classes.set(style, name);
  return name;
}

/** One rule for each style. The class three times, because a style in an attribute would win over every rule. */
export function stylesheet(): string {
  return [...classes]
    .map(([style, name]) => `.${name}.${name}.${name}{${style}}\n`)
    .sort()
    .join('');
}

export function writeStyles(outDir: string): void {
  writeFileSync(join(outDir, 'styles.css'), stylesheet());
}
