/** Moves the scripts that VitePress writes into every page into files, so that a policy without inline scripts allows them. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteConfig } from 'vitepress';

const INLINE = /<script(?: id="[^"]*")?>(.+?)<\/script>/gs;

/** The page with each inline script replaced by the address of a file with the same text, which is written as well. */
export function externalScripts(html: string, { outDir, assetsDir, site }: SiteConfig): string {
  return html.replace(INLINE, (_, script: string) => {
    const hash = createHash('sha256').update(script).digest('hex').slice(0, 8);
    const file = `${assetsDir}/inline.${hash}.js`;
    mkdirSync(join(outDir, assetsDir), { recursive: true });
    writeFileSync(join(outDir, file), script);
    return `<script src="${site.base}${file}"></script>`;
  });
}
