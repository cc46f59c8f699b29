/** The pages that the server writes itself: for an address where nothing is, and for a page that is not built yet. */

export interface Notice {
  readonly title: string;
  readonly text: string;
  /** A command for the terminal that solves the problem. */
  readonly command?: string;
}

export const NOT_BUILT: Notice = {
  title: 'The page is not built yet',
  text: 'The server is running, but the files of the workbench are missing. Build them once, then load this page again:',
  command: 'npm run build',
};

export const NOT_FOUND: Notice = {
  title: 'There is nothing here',
  text: 'This address does not exist. The workbench is on the start page.',
};

export const NOTICE_STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1rem/1.6 system-ui, sans-serif; }
  main { max-width: 34rem; padding: 2rem 1.25rem; }
  h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
  pre { padding: .75rem 1rem; border: 1px solid; border-radius: .5rem; overflow-x: auto; }
`;

/** A whole HTML page, without scripts or further files. */
export function noticePage({ title, text, command }: Notice): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Wireglass</title>
<style>${NOTICE_STYLE}</style>
<main>
  <h1>${escaped(title)}</h1>
  <p>${escaped(text)}</p>
  ${command === undefined ? '' : `<pre><code>${escaped(command)}</code></pre>`}
  <p><a href="/">Start page</a></p>
</main>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
