/** The docs site: how its pages are found, read, navigated and searched. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { type MarkdownOptions, defineConfig, postcssIsolateStyles } from 'vitepress';
import { FOR_WORKBENCH } from './build.ts';
import { externalScripts } from './inline-scripts.ts';
import { stylesIntoClasses, withoutStyles, writeStyles } from './inline-styles.ts';
import { headingAnchor } from './markdown/anchors.ts';
import { siteLinks } from './markdown/links.ts';
import { glossaryTerms } from './markdown/terms.ts';
import { navigation } from './navigation.ts';
import { listPage, writePageList } from './page-list.ts';
import { plainPage, searchWith, sectionsOfLab } from './search.ts';
import { ROOT, readSource } from './sources.ts';
import { viewLinks } from './views.ts';

const ICON = readFileSync(new URL('../../inspector/app/icon.svg', import.meta.url), 'base64');
const GLOSSARY = existsSync(`${ROOT}/docs/glossary.md`) ? readSource('docs/glossary.md') : undefined;
/** Where the workbench keeps the reader's choice of colours, one for both: see `inspector/ui/theme.ts`. */
const THEME_KEY = 'wireglass-theme';
/** Before the page is drawn. `externalScripts` makes it a file. */
const CONTRAST = `;(() => {
  const chosen = localStorage.getItem('wireglass-contrast') || 'auto'
  const more = chosen === 'auto' ? matchMedia('(prefers-contrast: more)').matches : chosen === 'more'
  if (more) document.documentElement.dataset.contrast = 'more'
})()`;
/** While the texts are written, no policy forbids styles in attributes. */
const IS_BUILD = process.argv.includes('build');
const { nav, sidebar } = navigation();

export default defineConfig({
  lang: 'en',
  title: 'Wireglass',
  description: 'What encryption does to a protocol: one chat, four wires, and every byte explained.',
  srcExclude: ['demos/**', 'lab-page/**', 'explain/**', 'recordings/**'],
  // Addresses that end in .html work on any static host.
  cleanUrls: false,
  lastUpdated: false,
  ignoreDeadLinks: false,
  // Without a style element that would hold transitions back while the colours change.
  contentProps: { class: 'page-content' },
  // The navigation, and in a class the band above it, which comes and goes: see the theme.
  scrollOffset: { selector: '.covered-top', padding: 24 },
  appearance: { storageKey: THEME_KEY, disableTransition: false },
  head: [
    ['link', { rel: 'icon', href: `data:image/svg+xml;base64,${ICON}` }],
    ['script', { id: 'contrast' }, CONTRAST],
  ],
  markdown: {
    // The comments and keywords of VitePress's own choice have too little contrast on our panels.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-default' },
    languages: [withoutColours('hex'), withoutColours('filter')],
    anchor: { slugify: headingAnchor },
    // Braces in our texts are braces, not attributes.
    attrs: { disable: true },
    config: (md) => {
      md.use(siteLinks, { workbench: FOR_WORKBENCH });
      if (GLOSSARY !== undefined) md.use(glossaryTerms, { glossary: GLOSSARY });
      searchWith(md);
      if (IS_BUILD) stylesIntoClasses(md);
    },
  },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    externalLinkIcon: true,
    notFound: {
      title: 'There is no such page',
      quote: 'It may have moved. Look for it in the search above, or begin at the home page.',
      linkText: 'To the home page',
      linkLabel: 'To the home page',
    },
    search: {
      provider: 'local',
      options: { _render: plainPage, miniSearch: { _splitIntoSections: sectionsOfLab } },
    },
  },
  transformHtml(html, _file, { page, title, siteConfig }) {
    listPage(page, title, html);
    return externalScripts(
      withoutStyles(withMain(html)).replaceAll('vitepress-theme-appearance', THEME_KEY),
      siteConfig,
    );
  },
  transformHead: ({ siteConfig }) => [
    ['link', { rel: 'stylesheet', href: `${siteConfig.site.base}styles.css` }],
  ],
  buildEnd({ outDir }) {
    writePageList(outDir);
    writeStyles(outDir);
    // The workbench opens them by their names: `/inspect?capture=tls13`.
    cpSync(`${ROOT}/docs/recordings`, `${outDir}/recordings`, {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  },
  vite: {
    // What the theme says about elements in texts is not for those in demos, which bear the class `vp-raw`.
    css: { postcss: { plugins: [postcssIsolateStyles({ includeFiles: [/vp-doc\.css/] })] } },
    define: {
      'import.meta.env.WIREGLASS_WORKBENCH': JSON.stringify(FOR_WORKBENCH),
      'import.meta.env.WIREGLASS_VIEWS': JSON.stringify(viewLinks()),
    },
    worker: { format: 'es' },
    build: { chunkSizeWarningLimit: 2_000 },
  },
});

/** A language of our texts that Shiki does not know. */
function withoutColours(name: string): NonNullable<MarkdownOptions['languages']>[number] {
  return { name, scopeName: `text.${name}`, patterns: [], repository: {} };
}

/** VitePress gives only its pages of text a main landmark. `Layout.vue` does the same when the reader changes pages. */
function withMain(html: string): string {
  return html.includes('<main') ? html : html.replace('id="VPContent"', 'id="VPContent" role="main"');
}
