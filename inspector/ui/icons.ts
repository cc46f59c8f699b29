/** Line icons on a 20 × 20 grid, drawn for this page: stroke paths. */
export const ICONS = {
  download: 'M10 3v9m-3.5-3.5L10 12l3.5-3.5M4 15.5h12',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 1.5v2m0 13v2M1.5 10h2m13 0h2M4 4l1.4 1.4m9.2 9.2L16 16M4 16l1.4-1.4m9.2-9.2L16 4',
  moon: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7Z',
  pause: 'M7 4.5v11m6-11v11',
  play: 'M6.5 4.5v11l9-5.5-9-5.5Z',
  clear: 'M4 6h12M8 6V4h4v2m-6 0 .6 10h6.8L14 6',
  eye: 'M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10Zm8.2-2.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z',
  key: 'M6.5 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Zm3.5 3.5h7.5m-2.5 0v3m-3-3v2',
  lock: 'M5 9h10v7.5H5V9Zm2 0V6.5a3 3 0 0 1 6 0V9m-3 3v1.8',
  send: 'M3 10h12m-4.5-4.5L15.5 10 10.5 14.5',
  chevron: 'm7.5 5 5 5-5 5',
  down: 'm5 7.5 5 5 5-5',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Zm4 9.5 3.5 3.5',
  latest: 'M10 3.5v10m-4-4 4 4 4-4M4 16.5h12',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  cross: 'm5.5 5.5 9 9m0-9-9 9',
  alert: 'M10 3 2.5 16.5h15L10 3Zm0 5v4.2m0 2.1v.2',
  pin: 'M7 3.5h6l-.8 5 2.8 3H5l2.8-3L7 3.5Zm3 8v5',
  plug: 'M6.5 3v4m7-4v4M4.5 7h11v2.5a5.5 5.5 0 0 1-11 0V7ZM10 15v3',
  copy: 'M7 6.5h9v10H7v-10ZM4 13.5v-10h9',
} as const;

export type IconName = keyof typeof ICONS;
