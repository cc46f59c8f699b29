/** A picture that a terminal shows with half-block characters, as a picture that other programs read. */

/** Which halves of a character have the foreground colour. */
const HALVES: Readonly<Record<string, readonly [upper: boolean, lower: boolean]>> = {
  ' ': [false, false],
  '▀': [true, false],
  '▄': [false, true],
  '█': [true, true],
};

/** Whether the two colours are dark. */
interface Colours {
  readonly foreground: boolean;
  readonly background: boolean;
}

/** Colours (ECMA-48, SGR) that are black or white whatever the terminal's theme. */
const COLOURS: Readonly<Record<string, Partial<Colours>>> = {
  30: { foreground: true },
  37: { foreground: false },
  40: { background: true },
  47: { background: false },
};

/**
 * The pixels, row by row, of lines of half blocks; true is dark. `theme` has the terminal's own colours. Throws on any
 * other character or colour: those are not part of such a picture.
 */
export function readHalfBlocks(lines: readonly string[], theme: Colours): boolean[][] {
  return lines.flatMap((line) => {
    const rows: [boolean[], boolean[]] = [[], []];
    let colours = theme;
    // eslint-disable-next-line no-control-regex
    for (const [piece, code] of line.matchAll(/\x1b\[(\d*)m|[^]/gu)) {
      if (code !== undefined) colours = coloured(code, colours, theme);
      else
        halvesOf(piece).forEach((inFront, half) => {
          rows[half]?.push(inFront ? colours.foreground : colours.background);
        });
    }
    return rows;
  });
}

/** A plain PGM file (netpbm): each pixel `scale` wide and high, `border` more of them around, which are dark or not. */
export function toPgm(
  pixels: readonly (readonly boolean[])[],
  { scale, border, dark }: { readonly scale: number; readonly border: number; readonly dark: boolean },
): string {
  const width = Math.max(...pixels.map(({ length }) => length));
  const side = Array.from({ length: border }, () => dark);
  const outside = Array.from({ length: border }, () =>
    Array.from({ length: width + 2 * border }, () => dark),
  );
  const inside = pixels.map((row) => [...side, ...row, ...Array.from(side, () => dark)]);
  const lines = [...outside, ...inside, ...outside].flatMap((row) => {
    const line = row.map((isDark) => Array.from({ length: scale }, () => (isDark ? '0' : '255')).join(' '));
    return Array.from({ length: scale }, () => line.join(' '));
  });
  return `P2\n${(width + 2 * border) * scale} ${lines.length}\n255\n${lines.join('\n')}\n`;
}

function halvesOf(char: string): readonly [upper: boolean, lower: boolean] {
  const halves = HALVES[char];
  if (!halves) throw new Error(`${JSON.stringify(char)} is no half block`);
  return halves;
}

function coloured(code: string, colours: Colours, theme: Colours): Colours {
  if (code === '' || code === '0') return theme;
  const change = COLOURS[code];
  if (!change) throw new Error(`SGR ${code} is neither black nor white`);
  return { ...colours, ...change };
}
