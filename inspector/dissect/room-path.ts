/** What Mallory tells of the connections of a class that she stands in, each by the number of her place in it. */
export type RoomPathEvent =
  /** She can come in now. */
  | { readonly kind: 'ready' }
  /** `took` has come from the client; `sent` went on in its place. `isOver`: she passes on all that comes now. */
  | {
      readonly kind: 'acted';
      readonly place: number;
      readonly took: Uint8Array;
      readonly sent: readonly Uint8Array[];
      readonly isOver: boolean;
    }
  /** After she had acted, something else went on to the server as it came. */
  | { readonly kind: 'passed'; readonly place: number }
  /** She is gone, from all of them. */
  | { readonly kind: 'failed'; readonly message: string };
