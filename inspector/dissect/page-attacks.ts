/** What the view of the attacks and the server say to each other: `GET /api/attacks`, and JSON texts over `/ws/attacks`. */

/** Where somebody stands who sees something of an attack: at a client, on the way, or at the server. */
export const PLACE_NAMES = ['victim', 'mallory', 'server'] as const;
export type PlaceName = (typeof PLACE_NAMES)[number];

export type VerdictName = 'succeeds' | 'detected' | 'prevented' | 'not applicable';

/** For the eye, on the page and in a terminal; the words stand beside them. */
export const VERDICT_SIGNS = {
  succeeds: '✗',
  detected: '!',
  prevented: '✓',
  'not applicable': '–',
} as const satisfies Record<VerdictName, string>;

export interface RowInHex {
  readonly label: string;
  readonly bytes: string;
}

/** Something that somebody did or saw in an attack; bytes in hex. */
export interface StepInHex {
  readonly place: PlaceName;
  readonly title: string;
  readonly text?: string;
  readonly bytes?: string;
  /** The last row is the XOR of those before it. */
  readonly xor?: readonly RowInHex[];
  readonly times?: number;
}

/** Words in an attack that the person may choose. */
export interface WordsInfo {
  readonly who: 'ana' | 'Mallory';
  /** Bytes of UTF-8. */
  readonly most: number;
}

export interface AttackInfo {
  readonly id: string;
  readonly family: string;
  readonly name: string;
  readonly story: string;
  readonly words?: WordsInfo;
  /** For each target, in their order. */
  readonly expected: readonly VerdictName[];
}

/** The answer of `GET /api/attacks`: everything that could be played. */
export interface AttackTable {
  readonly families: readonly { readonly id: string; readonly title: string }[];
  readonly targets: readonly { readonly id: string; readonly wire: string; readonly weak: boolean }[];
  readonly attacks: readonly AttackInfo[];
}

export interface AttacksAnswer extends AttackTable {
  /** Why this browser may not play them here. */
  readonly refused: { readonly code: string; readonly message: string } | null;
}

/** Page to server. `id` is the page’s own name for a play. */
export type PlayRequest =
  | {
      readonly type: 'play';
      readonly id: string;
      readonly attack: string;
      readonly target: string;
      readonly words?: string;
      /** It waits after each of Mallory’s steps from the start. */
      readonly paused?: boolean;
    }
  | { readonly type: 'pace'; readonly id: string; readonly wanted: Pace }
  | { readonly type: 'stop'; readonly id: string };

/** `next`: goes on to Mallory’s next step, and waits there. */
export type Pace = 'pause' | 'next' | 'run';

export interface PlayEnd {
  readonly verdict: VerdictName;
  readonly evidence: string;
  /** The path of the recording on this server, with the secrets; none where nothing crossed, or where it is too large. */
  readonly capture: string | null;
}

/** Server to page. */
export type PlayMessage =
  | { readonly type: 'ready' }
  /** `ahead`: plays that come before it. */
  | { readonly type: 'queued'; readonly id: string; readonly ahead: number }
  | { readonly type: 'begun'; readonly id: string }
  | { readonly type: 'step'; readonly id: string; readonly step: StepInHex }
  | ({ readonly type: 'end'; readonly id: string } & PlayEnd)
  | { readonly type: 'failed'; readonly id: string; readonly code: PlayFailure; readonly message: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

export type PlayFailure =
  'bad_words' | 'no_such_attack' | 'too_many_plays' | 'play_failed' | 'play_timeout' | 'play_stopped';
