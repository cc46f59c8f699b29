/** A picture as a file that needs nothing else: colours and fonts as they are on the screen, a title, and the sentences with it. */

export interface Caption {
  readonly title: string;
  /** Sentences below the picture. */
  readonly lines: readonly string[];
}

/** What the styles of the page decide about a shape. */
const PROPERTIES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;
/** Of the page: what links, focuses and tests it. */
const LEFT_OUT = /^(?:class|style|href|tabindex|role|aria-.*|data-.*)$/;
const SPACE = 'http://www.w3.org/2000/svg';
const MARGIN = 16;
const TITLE_HEIGHT = 40;
const LINE_HEIGHT = 18;
/** Pixels: the mean width of a letter in the sentences. */
const LETTER = 6.4;

/** The text of an SVG file. */
export function svgText(picture: SVGSVGElement, { title, lines }: Caption): string {
  const { width, height } = picture.viewBox.baseVal;
  const wrapped = lines.flatMap((line) => wrap(line, Math.floor(width / LETTER)));
  const size = {
    width: width + 2 * MARGIN,
    height: TITLE_HEIGHT + height + wrapped.length * LINE_HEIGHT + 2 * MARGIN,
  };
  const colours = getComputedStyle(picture);
  const file = made('svg', { width: size.width, height: size.height, 'font-family': 'sans-serif' });
  file.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
  const name = made('title', {});
  name.textContent = title;
  const ground = made('rect', { width: size.width, height: size.height });
  ground.setAttribute('fill', colours.getPropertyValue('background-color'));
  const heading = written(title, { x: MARGIN, y: MARGIN + 14, 'font-size': 16, 'font-weight': 600 });
  const drawn = made('g', { transform: `translate(${MARGIN} ${MARGIN + TITLE_HEIGHT - 12})` });
  drawn.append(...[...picture.children].map(resolved));
  const below = MARGIN + TITLE_HEIGHT + height + LINE_HEIGHT;
  const text = wrapped.map((line, at) =>
    written(line, { x: MARGIN, y: below + at * LINE_HEIGHT, 'font-size': 12 }),
  );
  for (const words of [heading, ...text]) words.setAttribute('fill', colours.color);
  file.append(name, ground, heading, drawn, ...text);
  return new XMLSerializer().serializeToString(file);
}

/** Dots on the screen's scale, twice as fine. */
const SCALE = 2;

/** The same as a picture of dots. */
export async function pngBlob(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * SCALE;
    canvas.height = image.height * SCALE;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A copy of a shape and of all in it, with its styles as attributes. */
function resolved(shape: Element): Element {
  const copy = shape.cloneNode(false) as Element;
  for (const name of copy.getAttributeNames()) if (LEFT_OUT.test(name)) copy.removeAttribute(name);
  const style = getComputedStyle(shape);
  for (const property of PROPERTIES) {
    const value = style.getPropertyValue(property);
    if (value !== '') copy.setAttribute(property, value);
  }
  if (style.fontFamily.includes('mono')) copy.setAttribute('font-family', 'monospace');
  for (const node of shape.childNodes) {
    if (node instanceof Element) copy.append(resolved(node));
    else if (node.nodeType === Node.TEXT_NODE) copy.append(node.cloneNode());
  }
  return copy.tagName === 'a' ? grouped(copy) : copy;
}

/** A link of the page leads nowhere from a file. */
function grouped(link: Element): Element {
  const group = made('g', {});
  group.append(...link.childNodes);
  return group;
}

function written(words: string, attributes: Readonly<Record<string, string | number>>): Element {
  const text = made('text', attributes);
  text.textContent = words;
  return text;
}

function made(name: string, attributes: Readonly<Record<string, string | number>>): Element {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** Breaks a sentence into lines of at most this many letters. */
export function wrap(text: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= letters) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
