/** The commands that the pages of the site and README show, whoever shows them, each once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#data-folder/project';
import { LESSONS } from '#labs/lessons';
import { readDocuments } from '../../gates/documents.ts';
import { type ShownCommand, shownCommands } from './shown.ts';

export interface PageCommand extends ShownCommand {
  /** Where it is shown first: `docs/guide/terminal.md:13`. */
  readonly place: string;
}

/** Inline code that a reader could type. `lab start` and the like come after `npx wireglass`. */
const INLINE =
  /`((?:npx|npm|node|openssl|tshark|nc|curl|echo) [^`]+|(?:wireglass|lab|chat) [a-z-][^`]*|\/[a-z]+(?: [^`]+)?)`/g;

export function pageCommands(): PageCommand[] {
  const found = [...readDocuments(ROOT)]
    .filter(([path]) => !path.startsWith('labs/'))
    .flatMap(([path, text]) =>
      shownCommands(withoutGenerated(text), INLINE).map((shown) => ({
        ...shown,
        command: whole(shown.command),
        place: `${path}:${shown.line}`,
      })),
    );
  return [...new Map(found.reverse().map((shown) => [shown.command, shown])).values()].reverse();
}

/** Commands that the texts of labs show, too: they are typed there. */
export function labCommands(): ReadonlySet<string> {
  const texts = LESSONS.map(({ name }) => readFileSync(join(ROOT, 'labs', name, 'README.md'), 'utf8'));
  return new Set(texts.flatMap((text) => shownCommands(text).map(({ command }) => command)));
}

/** As it would be typed in a shell. `wireglass capture` is only the name of a command: its help must know it. */
function whole(command: string): string {
  const name = /^wireglass ([a-z]+)$/.exec(command)?.[1];
  if (name !== undefined) return `npx wireglass ${name} --help`;
  return command.replace(/^(wireglass |(?=(lab|chat) ))/, 'npx wireglass ');
}

/** Generated tables are compared with their sources. Their lines stay, so that the others keep their numbers. */
function withoutGenerated(text: string): string {
  return text.replace(/<!-- table: .*?<!-- end -->/gs, (part) => part.replace(/[^\n]/g, ''));
}
