/**
 * Records as one HTML file that opens without a server. Whatever was captured is text in it: nothing of it becomes an element,
 * and the page's own policy allows no script and no style but those below.
 */
import { maskRecord } from '#dissect/masking/masking';
import type { FlowSummary, WireRecord } from '#dissect/model';
import { showUtf8 } from '#protocol/bytes';
import { counted, printable, printableLines } from '#protocol/shown';
import { clock, hexOffset, printable as shownByte, spokenWay } from '../model/format.ts';
import { gistOf } from '../model/gist.ts';
import { type Mark, markOf } from '../model/marks.ts';
import { type RecordView, type Space, type TreeNode, viewOf } from '#dissect/record-view';
import { STATES } from '../model/states.ts';
import { rowsOf, shortValue } from '../model/tree.ts';
import { PAGE_SCRIPT, PAGE_STYLE, SCRIPT_HASH, STYLE_HASH } from './session-page-parts.ts';

/** More would make a file that a browser opens slowly. */
export const PAGE_LIMITS = { records: 2_000, bytes: 32 * 1024 * 1024 } as const;
const PER_LINE = 16;

interface PageOptions {
  readonly marks: readonly Mark[];
  /** Where the records come from. */
  readonly title: string;
  /** False as Eve, for whom nothing was decrypted. */
  readonly keys: boolean;
  readonly flow: (id: number) => FlowSummary | undefined;
}

/** Passwords and tokens are masked in it, as they are in the panes. */
export function sessionPage(
  records: readonly WireRecord[],
  options: PageOptions,
): { readonly html: string } | { readonly fault: string } {
  const limit = `such a page holds up to ${counted(PAGE_LIMITS.records, 'record')}`;
  if (records.length > PAGE_LIMITS.records)
    return {
      fault: `${counted(records.length, 'record')} are too many: ${limit}. Filter, and export what is listed.`,
    };
  const parts: string[] = [];
  let length = 0;
  for (const record of records) {
    const part = recordPart(record, options);
    length += part.length;
    if (length > PAGE_LIMITS.bytes)
      return { fault: 'These records make a page that is too large. Filter, and export what is listed.' };
    parts.push(part);
  }
  return { html: page(parts, options) };
}

function page(parts: readonly string[], { title, keys }: PageOptions): string {
  const policy = `default-src 'none'; style-src '${STYLE_HASH}'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`;
  const who = keys ? 'Opened with the keys.' : 'As Eve sees it: without keys, nothing is decrypted.';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${safe(printable(title))} · Wireglass</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${safe(printable(title))}</h1>
<p>${counted(parts.length, 'record')}. ${who} Passwords and tokens are masked.</p>
<p class="find"><label>Filter <input type="search" id="filter" autocomplete="off" spellcheck="false"></label> <span id="count" role="status"></span></p>
</header>
<main>
${parts.join('\n')}
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function recordPart(record: WireRecord, { marks, flow }: PageOptions): string {
  const summary = flow(record.flow);
  const { record: masked } = maskRecord(record, summary?.stack ?? []);
  const view = viewOf(masked);
  const mark = markOf(marks, record);
  const { label, meaning } = STATES[record.state];
  const says = gistOf(record, summary);
  return `<details${mark ? ' class="marked"' : ''}>
<summary><span class="number">#${record.flow}.${record.index}</span> <time>${clock(record.time)}</time> <span class="way">${spokenWay(record.dir)}</span> <b>${safe(printable(record.title))}</b> <span class="state">${label}</span> <span class="says">${safe(printable(says))}</span></summary>
${mark ? `<p class="note"><b>Marked.</b> ${safe(printable(mark.note))}</p>\n` : ''}<p class="why">${safe(printable(record.reason || meaning))} ${ends(summary)}</p>
<div class="spaces">
${view.spaces.map(spacePart).join('\n')}
</div>
<table><thead><tr><th>Field</th><th>Bytes</th><th>Value</th><th>What it is</th></tr></thead><tbody>
${fieldRows(view)}
</tbody></table>
</details>`;
}

function ends(flow: FlowSummary | undefined): string {
  if (!flow) return '';
  const [client, server] = [flow.client, flow.server].map(({ address, port }) => `${address} port ${port}`);
  const cipher = flow.cipher === '' ? '' : `, ${flow.cipher}`;
  return safe(printable(`Client ${client}, server ${server}${cipher}.`));
}

/** The bytes of a layer; beside what was decrypted, the text in it. */
function spacePart({ label, bytes, id }: Space): string {
  const text = id === 0 ? '' : `<pre class="text">${safe(printableLines(showUtf8(bytes)))}</pre>`;
  return `<section><h2>${safe(label)}, ${counted(bytes.length, 'byte')}</h2><pre>${hexDump(bytes)}</pre>${text}</section>`;
}

function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const line = [...bytes.subarray(at, at + PER_LINE)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(`${hexOffset(at)}  ${hex.padEnd(3 * PER_LINE)} ${safe(line.map(shownByte).join(''))}`);
  }
  return lines.join('\n');
}

function fieldRows({ root, spaces }: RecordView): string {
  return rowsOf(root, new Set())
    .map(({ node }) => fieldRow(node, spaces[node.space]?.label ?? ''))
    .join('\n');
}

function fieldRow(node: TreeNode, space: string): string {
  const note = node.note || (node.unit ? STATES[node.unit.state].meaning : '');
  const source = node.source === undefined ? '' : ` <i>${safe(node.source)}</i>`;
  const place = `${node.start}–${node.end}, ${space}`;
  const name = `${'\u2003'.repeat(node.depth)}${printable(node.name)}`;
  return `<tr><th scope="row">${safe(name)}</th><td>${safe(place)}</td><td>${safe(printable(shortValue(node)))}</td><td>${safe(printable(note))}${source}</td></tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that a browser takes for text, in an element or in an attribute. */
function safe(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
