/** The addresses of the workbench's views. The server answers each with the same page, whose router shows the view. */
export const PAGE_PATHS = [
  '/',
  '/inspect',
  '/pictures',
  '/attacks',
  '/chat',
  '/class',
  '/console',
  '/design',
  '/join',
] as const;

export type PagePath = (typeof PAGE_PATHS)[number];
