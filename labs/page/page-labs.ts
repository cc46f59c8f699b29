/** The labs that can be done in a page, without Node: their pieces need nothing that a page does not have. */
export const PAGE_LABS = ['01-frames', '04-seal', '05-tamper', '06-replay'] as const;
export type PageLab = (typeof PAGE_LABS)[number];

export function isPageLab(name: string): name is PageLab {
  return PAGE_LABS.some((lab) => lab === name);
}
