/** The pages of the architecture, made from sections of CONTRIBUTING. */

export interface ArchitecturePart {
  readonly name: string;
  readonly title: string;
  /** What the page says before the sections. */
  readonly lead: string;
  /** The headings of the sections in CONTRIBUTING. */
  readonly sections: readonly string[];
  /** What stands below them. */
  readonly below?: string;
}

export const ARCHITECTURE = [
  {
    name: 'way-of-a-byte',
    title: 'How a byte travels',
    lead: 'Follow one byte through the code: in from the socket, and out from the tap to your screen. Each box is a file. The word on the way to it says what it takes.',
    sections: ['The way of a byte'],
    below: `## See the byte

Say something. The record that crosses here took the second way: the tap noted it, and the dissection read it.

<WireDemo wires="psk" say="one byte among others" />
`,
  },
  {
    name: 'rooms',
    title: 'Where things are',
    lead: 'Which folder has what, what it may do, and the rules that a test enforces.',
    sections: ['Where things are', 'Rules, and what enforces them'],
  },
  {
    name: 'how-to-add',
    title: 'How to add something',
    lead: 'A message, a wire, a command, a dissector, a lab: which file begins it, what follows from it, and which test tells you what is missing.',
    sections: ['How to add …'],
  },
  {
    name: 'tests',
    title: 'Tests and commands',
    lead: 'What runs, what it shows, and what a test must be.',
    sections: ['Tests', 'Commands'],
  },
] as const satisfies readonly ArchitecturePart[];

/** The Markdown of a page. Throws `RangeError` when CONTRIBUTING has no such section. */
export function architecturePage(contributing: string, part: ArchitecturePart): string {
  const { title, lead, sections, below = '' } = part;
  const bodies = sections.map((heading) => {
    const body = drawn(sectionOf(contributing, heading));
    return sections.length === 1 ? body : `## ${heading}\n\n${body}`;
  });
  return `# ${title}\n\n${lead}\n\n${bodies.join('\n\n')}\n\n${below}`;
}

/** The text under a heading of the second level, without it. */
export function sectionOf(text: string, heading: string): string {
  const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`));
  if (section === undefined) throw new RangeError(`CONTRIBUTING has no section ${heading}`);
  return section.slice(`## ${heading}\n`.length).trim();
}

/** Diagrams as lists, which need no program to draw them and can be read aloud. */
function drawn(text: string): string {
  return text.replaceAll(/```mermaid\n(.*?)```/gs, (_, diagram: string) => wayList(diagram));
}

/** A chain of files, one below the other: `f0["a.ts"]` names a file, `f0 -- what --> f1` leads from one to the next. */
export function wayList(diagram: string): string {
  const names = new Map(
    [...diagram.matchAll(/(\w+)(?:\["|\(\[")([^"]+)"/g)].map(([, id = '', name = '']) => [id, name]),
  );
  const steps = [...diagram.matchAll(/^\s*(\w+)(?:\(\["[^"]+"\]\))? (?:-- (.+?) )?--> (\w+)/gm)].map(
    ([, from = '', what, to = '']) => ({ from, what, to }),
  );
  const [first] = steps;
  if (!first) throw new RangeError(`a diagram without arrows:\n${diagram}`);
  const items = steps.map(({ what, to }) => item(names.get(to) ?? to, what));
  return `<ol class="way">${item(names.get(first.from) ?? first.from)}${items.join('')}</ol>`;
}

function item(name: string, what?: string): string {
  const arrow = what === undefined ? '' : `<span class="what">${what}</span>`;
  return `<li>${arrow}${name.includes('/') ? `<code>${name}</code>` : `<b>${name}</b>`}</li>`;
}
