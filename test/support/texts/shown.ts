/**
 * What a text shows: commands, and what they print. A block marked `sh` holds commands, one per line, with comments behind
 * them, and so does inline code that begins with `npx`, `npm` or `node`, or with a slash: that is typed in the chat. A block
 * marked `text output` holds the first lines that the command before it prints. There, `…` stands for text that differs
 * from run to run.
 */
export interface ShownCommand {
  /** As a reader would type it. */
  readonly command: string;
  /** Where it is in the text, from 1. */
  readonly line: number;
  readonly output?: readonly string[];
}

/** Inline code that is a command, as its first group. */
const INLINE = /`((?:npx|npm|node) [^`]+|\/[a-z]+ [^`]+|\/logout)`/g;

/**
 * Throws when an output follows no command, or a block of commands is marked in a way that is not read here. `inline`
 * finds the commands in a sentence.
 */
export function shownCommands(markdown: string, inline = INLINE): ShownCommand[] {
  const shown: ShownCommand[] = [];
  for (const { mark, line, lines } of partsOf(markdown)) {
    if (mark === OUTPUT) {
      const last = shown.pop();
      if (!last || last.output) throw new Error(`line ${line}: this output belongs to no command`);
      shown.push({ ...last, output: lines.map(checkedLine) });
    } else {
      shown.push(...commandsIn(mark, lines, inline).map(({ command, at }) => ({ command, line: line + at })));
    }
  }
  return shown;
}

/**
 * The first lines of `printed`, as many as are shown. A line that fits comes as it is shown, so that a comparison names
 * only what differs.
 */
export function asShown(shown: readonly string[], printed: string): string[] {
  const lines = printed.split('\n').slice(0, shown.length);
  return lines.map((line, i) => (fits(shown[i] ?? '', line.trimEnd()) ? (shown[i] ?? '') : line));
}

const OUTPUT = 'text output';
const ELSEWHERE = /^(bash|shell|console|zsh|cmd|powershell)\b/;
const VARIES = '…';
/** A shown line must say at least so much besides what varies. */
const LEAST_SAID = 4;

interface Part {
  /** What stands behind the fence; without one, the part is prose. */
  readonly mark: string | undefined;
  /** The number of its first line, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

function partsOf(markdown: string): Part[] {
  const parts: Part[] = [];
  let mark: string | undefined;
  let lines: string[] = [];
  const end = (next: number): void => {
    parts.push({ mark, line: next - lines.length, lines });
    lines = [];
  };
  for (const [i, text] of markdown.split('\n').entries()) {
    const fence = /^ *```(.*)$/.exec(text);
    if (!fence) {
      lines.push(text);
      continue;
    }
    end(i + 1);
    mark = mark === undefined ? (fence[1] ?? '').trim() : undefined;
  }
  end(markdown.split('\n').length + 1);
  return parts;
}

function commandsIn(
  mark: string | undefined,
  lines: readonly string[],
  inline: RegExp,
): { readonly command: string; readonly at: number }[] {
  if (mark === undefined)
    return lines.flatMap((text, at) =>
      [...text.matchAll(inline)].map(([, command = '']) => ({ command, at })),
    );
  if (ELSEWHERE.test(mark)) throw new Error(`a block of commands is marked sh, not ${mark}`);
  if (mark !== 'sh') return [];
  return lines
    .map((line, at) => ({ command: line.replace(/\s+# .*$/, ''), at }))
    .filter(({ command }) => command !== '');
}

function checkedLine(line: string): string {
  const said = line.replaceAll(VARIES, '').trim();
  if (line.includes(VARIES) && said.length < LEAST_SAID) throw new Error(`"${line}" fits nearly everything`);
  return line.trimEnd();
}

function fits(shown: string, printed: string): boolean {
  const literal = shown.split(VARIES).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.+')}$`, 'u').test(printed);
}

/** The words of a command line, as a shell takes them apart: quotes hold them together. */
export function shellWords(command: string): string[] {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
