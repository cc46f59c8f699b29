/** The colours of every theme, read from the tokens themselves. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Rgb, contrastOf, readRgb } from './contrast.ts';
import { INKS, KIND_INKS, LINES, SURFACES, WIRE_INKS } from './tokens.ts';

const CSS = readFileSync(new URL('../../ui/styles/tokens.css', import.meta.url), 'utf8');

/** The values of tokens in the first block, and with those of high contrast over them. */
function tokensOf(contrast: 'normal' | 'more'): Map<string, string> {
  const block = (start: string): string =>
    CSS.slice(CSS.indexOf(start), CSS.indexOf('\n}', CSS.indexOf(start)));
  const texts = [block(':root {'), ...(contrast === 'more' ? [block(":root[data-contrast='more'] {")] : [])];
  return new Map(
    texts.flatMap((text) =>
      [...text.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value] as const),
    ),
  );
}

function colour(tokens: Map<string, string>, name: string, theme: 'light' | 'dark'): Rgb {
  const value = tokens.get(name) ?? '';
  const pair = /^light-dark\((#\w{6}), (#\w{6})\)$/.exec(value);
  const hex = pair ? (theme === 'light' ? pair[1] : pair[2]) : value;
  const [, red = '', green = '', blue = ''] = /^#(..)(..)(..)$/.exec(hex ?? '') ?? [];
  if (blue === '') throw new Error(`${name} is no plain colour: ${value}`);
  return { red: parseInt(red, 16), green: parseInt(green, 16), blue: parseInt(blue, 16) };
}

/** Pairs of tokens with less contrast than they need. */
function tooLow(contrast: 'normal' | 'more', theme: 'light' | 'dark'): string[] {
  const tokens = tokensOf(contrast);
  const [text, line] = contrast === 'more' ? [7, 4.5] : [4.5, 3];
  const lines = contrast === 'more' ? LINES : LINES.filter((name) => name === '--line-strong');
  const pairs = [
    ...[...INKS, ...WIRE_INKS, ...KIND_INKS].flatMap((ink) =>
      SURFACES.map((surface) => [ink, surface, text] as const),
    ),
    ...lines.flatMap((each) => SURFACES.map((surface) => [each, surface, line] as const)),
    ...[...WIRE_INKS, ...KIND_INKS].map((ink) => [ink, `${ink}-soft`, text] as const),
    ...['good', 'warn', 'bad'].map((tone) => [`--${tone}`, `--${tone}-soft`, text] as const),
    ['--on-inverse', '--inverse', text] as const,
    ['--marker-ink', '--marker', text] as const,
    ['--ink', '--marker-soft', text] as const,
  ];
  return pairs.flatMap(([front, back, least]) => {
    const ratio = contrastOf(colour(tokens, front, theme), colour(tokens, back, theme));
    return ratio < least ? [`${front} on ${back}: ${ratio.toFixed(2)} < ${least}`] : [];
  });
}

describe('contrast', () => {
  it('is 21 between black and white, 1 between equals, and that of published examples', () => {
    const [black, white, grey] = ['rgb(0, 0, 0)', 'rgb(255 255 255)', 'rgb(118, 118, 118)'].map(readRgb) as [
      Rgb,
      Rgb,
      Rgb,
    ];
    expect(contrastOf(black, white)).toBe(21);
    expect(contrastOf(grey, grey)).toBe(1);
    // #767676 is the lightest grey that passes AA on white.
    expect(contrastOf(grey, white)).toBeCloseTo(4.54, 2);
    expect(readRgb('transparent')).toBeUndefined();
  });

  it.each([
    ['normal', 'light'],
    ['normal', 'dark'],
    ['more', 'light'],
    ['more', 'dark'],
  ] as const)('is high enough everywhere: %s, %s', (contrast, theme) => {
    expect(tooLow(contrast, theme)).toEqual([]);
  });
});
