/** The tokens that the page about the design shows, by what they are for. */
import { BYTE_KINDS } from '#dissect/fields/byte-kinds';

/** What text stands on. */
export const SURFACES = ['--paper', '--panel', '--panel-sunk', '--panel-raised'] as const;

/** Text and signs. */
export const INKS = ['--ink', '--ink-2', '--ink-3', '--good', '--warn', '--bad'] as const;

/** One for each wire, used for nothing else. */
export const WIRE_INKS = [
  '--wire-plain',
  '--wire-psk',
  '--wire-tls',
  '--wire-tls-psk',
  '--wire-other',
] as const;

/** One for each kind of bytes, on a surface of its own and on every other one. */
export const KIND_INKS = BYTE_KINDS.map((kind) => `--kind-${kind}` as const);

/** Edges: the first only divides, the second is the edge of a control. */
export const LINES = ['--line', '--line-strong'] as const;

export const SIZES = [
  { token: '--size-xs', use: 'Labels above groups' },
  { token: '--size-s', use: 'Notes, figures, times' },
  { token: '--size-m', use: 'Text and controls' },
  { token: '--size-l', use: 'Headings of panels' },
  { token: '--size-xl', use: 'Headings of views and dialogs' },
] as const;

export const SPACES = ['--space-1', '--space-2', '--space-3', '--space-4', '--space-5', '--space-6'] as const;

export const RADII = [
  { token: '--radius-s', use: 'Rows, small buttons' },
  { token: '--radius-m', use: 'Buttons, fields, menus' },
  { token: '--radius-l', use: 'Panels, dialogs' },
] as const;
