/** The steps of the tour: what is pointed at, by the first of these selectors that is to be seen, and what is said of it. */

export interface TourStep {
  readonly at: readonly string[];
  readonly title: string;
  readonly text: string;
}

const STEPS: readonly TourStep[] = [
  {
    at: ['[data-tour=composer]'],
    title: 'Say something',
    text: 'What you type here is sent once on each wire: in the clear, with a shared key, over TLS, and with both.',
  },
  {
    at: ['[data-tour=cards]'],
    title: 'One message, four wires',
    text: 'Each card shows the bytes that crossed its wire, and what they decrypt to. Press a card to take its records apart.',
  },
  {
    at: ['[data-testid=eve-toggle]'],
    title: 'Look as Eve',
    text: 'Eve listens on the way and has no keys. As Eve, you see what she sees, and what stays sealed.',
  },
  {
    at: ['[data-testid=view-inspector]'],
    title: 'Inspector',
    text: 'Every record of every wire in one list: follow a connection, filter, mark, compare and export.',
  },
  {
    at: ['[data-testid=view-chat]'],
    title: 'Chat',
    text: 'A window to talk in with others. Each message tells who on its way could read it.',
  },
  {
    at: ['[data-testid=docs-link]', '[data-testid=views-menu]'],
    title: 'Read on',
    text: 'The docs explain what you see here, and have labs in which you build it yourself.',
  },
  {
    at: ['[data-testid=help-menu]'],
    title: 'Whenever you need it',
    text: 'Help has this tour and the keyboard shortcuts. Find leads to any view, record, field or page.',
  },
];

export interface Stop extends TourStep {
  readonly element: HTMLElement;
}

/** The steps for what is on the page now. */
export function tourStops(page: ParentNode = document): Stop[] {
  return STEPS.flatMap((step) => {
    const found = step.at.map((selector) => page.querySelector<HTMLElement>(selector));
    const element = found.find((each) => each !== null && each.getClientRects().length > 0);
    return element ? [{ ...step, element }] : [];
  });
}
