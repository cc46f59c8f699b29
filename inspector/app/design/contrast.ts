/** Contrast as WCAG 2.2 measures it (section 1.4.3). */

export interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** The colour in `rgb(1, 2, 3)` or `rgba(…)`, as browsers compute it; `undefined` for anything else. */
export function readRgb(css: string): Rgb | undefined {
  const [red, green, blue] = (/^rgba?\(([^)]+)\)$/.exec(css)?.[1] ?? '').split(/[\s,/]+/).map(Number);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [red, green, blue].some(Number.isNaN) ? undefined : { red, green, blue };
}

/** From 1 (the same) to 21 (black and white). */
export function contrastOf(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance({ red, green, blue }: Rgb): number {
  const [r, g, b] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
