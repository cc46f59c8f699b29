/** The script and the style of a session's own page, and their hashes, which the policy of that page names. */

/** Shows the records that have the words in them; without it, all of them are there to read. */
export const PAGE_SCRIPT = `
const filter = document.getElementById('filter');
const count = document.getElementById('count');
const records = [...document.querySelectorAll('details')].map((element) => ({ element, text: element.textContent.toLowerCase() }));
filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
  let shown = 0;
  for (const { element, text } of records) {
    element.hidden = !words.every((word) => text.includes(word));
    if (!element.hidden) shown++;
  }
  count.textContent = words.length === 0 ? '' : shown + ' of ' + records.length;
});
`;
export const SCRIPT_HASH = 'sha256-xL4/hXuumqIzgLogrNcGGUGqboH9Gm9O3T4pNgyNKfk=';

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c1a17, #ece8e1); --soft: light-dark(#57524a, #b5aea2); --paper: light-dark(#fbfaf7, #191815); --panel: light-dark(#ffffff, #22201c); --line: light-dark(#d8d3c8, #3d3a34); --mark: light-dark(#8a4b00, #f2b25c); }
* { box-sizing: border-box; }
body { max-width: 90rem; margin: 0 auto; padding: 1rem; background: var(--paper); color: var(--ink); font: 0.9375rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.375rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 0.25rem; font-size: 0.875rem; }
header p { margin: 0.25rem 0; color: var(--soft); }
input { min-width: min(24rem, 60vw); padding: 0.25rem 0.5rem; border: 1px solid var(--soft); border-radius: 0.25rem; background: var(--panel); color: var(--ink); font: inherit; }
details { margin: 0.25rem 0; border: 1px solid var(--line); border-radius: 0.375rem; background: var(--panel); }
details.marked { border-left: 4px solid var(--mark); }
summary { padding: 0.25rem 0.625rem; cursor: pointer; overflow-wrap: anywhere; }
summary time, .number, .way, .state, .why, td:nth-child(2), td i { color: var(--soft); }
.number, time, pre, td { font-family: ui-monospace, monospace; }
.note, .why { margin: 0.25rem 0.625rem; }
.note { color: var(--mark); }
.spaces { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(36rem, 100%), 1fr)); gap: 0.625rem; padding: 0.625rem; }
section { min-width: 0; }
pre { margin: 0; padding: 0.5rem; overflow-x: auto; border: 1px solid var(--line); background: var(--paper); font-size: 0.8125rem; }
pre.text { margin-top: 0.25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 0.8125rem; }
th, td { padding: 0.125rem 0.625rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 500; white-space: nowrap; }
td:last-child { font-family: inherit; }
@media (width < 48rem) { td:nth-child(2), thead th:nth-child(2) { display: none; } th { white-space: normal; } }
`;
export const STYLE_HASH = 'sha256-BGQOHVgVjh3eNcDkHRJIq8am09kwvNNve8X6H5IpvP0=';
