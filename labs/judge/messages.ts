/** What the judge and the side of a piece tell each other, over whatever connects them. */
import type { Answer, Callback, Request, Thrown } from './values.ts';

export type ToPiece =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'called back'; readonly answer: Answer };

export type FromPiece =
  /** The piece is loaded. `exports`: names of what it exports, of functions only. */
  | { readonly kind: 'loaded'; readonly exports: readonly string[] }
  | { readonly kind: 'not loaded'; readonly thrown: Thrown }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'callback'; readonly callback: Callback }
  /** A request of many calls is under way. */
  | { readonly kind: 'working' }
  /** It tried something that a piece must not do; in words. */
  | { readonly kind: 'trespass'; readonly what: string };
