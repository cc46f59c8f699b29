/** Reads a plot back: where its points lie, and what stands at its axes. */
import { describe, must } from '#judge/failure';

export interface Point {
  readonly series: string;
  readonly clients: number;
  readonly ms: number;
}

interface Placed {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

/** Units from one power of ten to the next. */
const DECADE = 100;
/** Units by which a point may be off, and a number at an axis. */
const NEAR = 0.6;
const BESIDE = 15;

export interface Picture {
  /** Throws unless each point is there, where it must be, and no other. */
  readonly points: () => void;
  /** Throws unless the units and the powers of ten are there. */
  readonly axes: () => void;
}

/** Throws unless it is an SVG at all. */
export function mustBePicture(svg: unknown, points: readonly Point[]): Picture {
  must(typeof svg === 'string' && /^\s*(<\?xml[^>]*>\s*)?<svg\s[^>]*>[^]*<\/svg>\s*$/.test(svg), {
    what: 'plot does not give the text of an SVG',
    expected: '<svg …> … </svg>',
    got: describe(svg),
  });
  return { points: () => mustHavePoints(svg, points), axes: () => mustHaveAxes(svg, points) };
}

function mustHavePoints(svg: string, points: readonly Point[]): void {
  const circles = circlesOf(svg);
  for (const series of ['p50', 'p99']) {
    const [wanted, got] = [points, circles].map((all) => all.filter((each) => each.series === series).length);
    must(wanted === got, {
      what: `the picture has not as many points of class ${series} as there are values`,
      expected: String(wanted),
      got: String(got),
    });
  }
  const [left = 0, top = 0, width = 0, height = 0] = viewBoxOf(svg);
  for (const { x, y } of circles)
    must(x >= left && x <= left + width && y >= top && y <= top + height, {
      what: 'a point lies outside of the viewBox',
      expected: `x from ${left} to ${left + width}, y from ${top} to ${top + height}`,
      got: placeText({ x, y }),
    });
  const place = placeFrom(svg, points);
  const rest = [...circles];
  for (const point of points) {
    const expected = place(point);
    const index = rest.findIndex((circle) => circle.series === point.series && isNear(circle, expected));
    must(index !== -1, {
      what: 'a point does not lie where it must, seen from the others',
      expected: `a circle of class ${point.series} near ${placeText(expected)}`,
      got: `${rest
        .filter(({ series }) => series === point.series)
        .map(placeText)
        .join('; ')}`,
      input: `${point.clients} clients, ${point.series} of ${point.ms} ms; 100 units are ten times as much`,
    });
    rest.splice(index, 1);
  }
}

function mustHaveAxes(svg: string, points: readonly Point[]): void {
  // The places at the axes are seen from the points.
  mustHavePoints(svg, points);
  const texts = textsOf(svg);
  for (const unit of ['clients', 'ms'])
    must(
      texts.some(({ text }) => new RegExp(`\\b${unit}\\b`).test(text)),
      `no text in the picture says ${unit}`,
    );
  const place = placeFrom(svg, points);
  const isAt = (value: number, axis: 'x' | 'y', at: number): boolean =>
    texts.some((each) => numberIn(each.text) === value && Math.abs(each[axis] - at) <= BESIDE);
  for (const clients of powersWithin(points.map((point) => point.clients))) {
    const { x } = place({ clients, ms: 1 });
    must(isAt(clients, 'x', x), {
      what: `no ${clients} stands at the axis of the clients, near x = ${shown(x)}`,
    });
  }
  for (const ms of powersWithin(points.map((point) => point.ms))) {
    const { y } = place({ clients: 1, ms });
    must(isAt(ms, 'y', y), { what: `no ${ms} stands at the axis of the milliseconds, near y = ${shown(y)}` });
  }
}

/** Where a value must be, seen from the middle of all points: the picture may be anywhere. */
function placeFrom(
  svg: string,
  points: readonly Point[],
): (point: Omit<Point, 'series'>) => Omit<Placed, 'series'> {
  const circles = circlesOf(svg);
  const right = (clients: number): number => DECADE * Math.log10(clients);
  const up = (ms: number): number => DECADE * Math.log10(ms);
  const x = mean(circles.map((circle) => circle.x)) - mean(points.map(({ clients }) => right(clients)));
  const y = mean(circles.map((circle) => circle.y)) + mean(points.map(({ ms }) => up(ms)));
  return ({ clients, ms }) => ({ x: x + right(clients), y: y - up(ms) });
}

function circlesOf(svg: string): Placed[] {
  return [...svg.matchAll(/<circle\s([^>]*?)\/?>/g)].map(([, attributes = '']) => ({
    series: attributeOf(attributes, 'class') ?? '',
    x: numberOf(attributes, 'cx'),
    y: numberOf(attributes, 'cy'),
  }));
}

function textsOf(svg: string): { readonly text: string; readonly x: number; readonly y: number }[] {
  return [...svg.matchAll(/<text\b([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', text = '']) => ({
    text: text.trim(),
    x: numberOf(attributes, 'x'),
    y: numberOf(attributes, 'y'),
  }));
}

function viewBoxOf(svg: string): number[] {
  const [, attributes = ''] = /<svg\s([^>]*)>/.exec(svg) ?? [];
  return (attributeOf(attributes, 'viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
}

function attributeOf(attributes: string, name: string): string | undefined {
  const [, double, single] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes) ?? [];
  return double ?? single;
}

function numberOf(attributes: string, name: string): number {
  const text = attributeOf(attributes, name);
  return text === undefined || text.trim() === '' ? NaN : Number(text);
}

/** `1,000`, `1000` and `1e3` are the same number. */
function numberIn(text: string): number {
  const digits = text.replaceAll(/[,\s]/g, '');
  return digits === '' ? NaN : Number(digits);
}

function powersWithin(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 16 }, (_, i) => Number(`1e${i - 6}`));
  return powers.filter((power) => power >= least && power <= most);
}

function isNear(one: Omit<Placed, 'series'>, other: Omit<Placed, 'series'>): boolean {
  return Math.abs(one.x - other.x) <= NEAR && Math.abs(one.y - other.y) <= NEAR;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

function placeText({ x, y }: { readonly x: number; readonly y: number }): string {
  return `x ${shown(x)}, y ${shown(y)}`;
}

function shown(number: number): string {
  return String(Math.round(number * 10) / 10);
}
