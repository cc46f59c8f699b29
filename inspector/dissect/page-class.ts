/**
 * What the pages of a class and the server say to each other: JSON over HTTP to come in, and then texts over `/ws/class`.
 * The server sends each page what its person may know, as a whole, whenever something of it changes.
 */
import type { WireName } from '#protocol/messages';

/** From the one who may do most to the one who may do least. */
export const CLASS_ROLES = ['instructor', 'assistant', 'student'] as const;
export type ClassRole = (typeof CLASS_ROLES)[number];

export const CLASS_CAPS = {
  /** People who have joined, with those who were removed. */
  people: 500,
  /** Characters of the title of a class, and of an announcement. */
  title: 80,
  announcement: 500,
  /** Characters of an address that the instructor leads to. */
  place: 2_000,
  /** Characters of a join code. */
  code: 6,
  /** Tries to join with a wrong code, from one network in a minute. */
  triesPerMinute: 30,
} as const;

/** What a join code consists of: no letter or digit that looks like another. */
export const CODE_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/**
 * `GET /api/class`, which needs no token, answers this as JSON: `null`, with status 200, where there is no class. Every page
 * asks, and a browser would write any other status to its console as an error.
 */
export type ClassAnswer = ClassDoor | null;

export interface ClassDoor {
  readonly title: string;
  /** Whether newcomers are let in. Those who have joined come back in either case. */
  readonly open: boolean;
}

/** `POST /api/class/join`, which needs no token. */
export interface JoinRequest {
  readonly code: string;
  readonly name: string;
}

/** Its answer. The token belongs to the device: it is kept in this browser, and opens the class again later. */
export interface Joined {
  readonly token: string;
  readonly name: string;
}

/**
 * Why somebody cannot join, with HTTP status: `bad_request` 400, `class_closed` 403, `wrong_code` 403, `bad_name` 422,
 * `name_taken` 409 (with `suggestions`), `class_full` 409, `rate_limited` 429 (with `retryAfter`, seconds).
 */
export type JoinRefusal =
  'bad_request' | 'class_closed' | 'wrong_code' | 'bad_name' | 'name_taken' | 'class_full' | 'rate_limited';

export interface Me {
  readonly id: number;
  readonly name: string;
  readonly role: ClassRole;
}

/** Traffic of a person that the instructor can read now. */
export interface OpenedTraffic {
  readonly person: number;
  readonly name: string;
  /** Name of the instructor or assistant who has opened it. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** A connection whose records everyone may read. */
export interface SharedFlow {
  readonly flow: number;
  readonly wire: WireName;
  /** Whose connection it is; absent if it is nobody’s of the class, such as one of the demo conversation. */
  readonly name?: string;
}

export interface Announcement {
  readonly text: string;
  readonly by: string;
  readonly time: number;
}

/** Everyone is to look at this. */
export interface Look {
  /** Address of a view in this page: path and hash. */
  readonly place: string;
  readonly by: string;
  readonly since: number;
}

export interface PersonRow extends Me {
  /** `here`: a page of this person is open. `removed`: turned out, and not let in again yet. */
  readonly state: 'here' | 'away' | 'removed';
  readonly joined: number;
  /** When a page of this person was last open; milliseconds since 1970. */
  readonly seen: number;
  /** Address of the device. */
  readonly address: string;
  /** The view that the person’s page shows: its path. */
  readonly place: string;
  /** Wires on which the person is connected now, each as often as there are connections. */
  readonly wires: readonly WireName[];
}

/** What only the instructor and assistants are told. */
export interface LeadState {
  readonly code: string;
  readonly open: boolean;
  /** Addresses of this machine by which others reach the page, the likeliest first: each as a URL to type. */
  readonly links: readonly string[];
  /** Whether any other machine has reached the page yet. */
  readonly reached: boolean;
  readonly people: readonly PersonRow[];
}

export interface ClassState {
  readonly title: string;
  readonly me: Me;
  /** Students: how many have joined, and how many of them are here. */
  readonly joined: number;
  readonly here: number;
  readonly opened: readonly OpenedTraffic[];
  readonly shared: readonly SharedFlow[];
  readonly announcement: Announcement | null;
  readonly look: Look | null;
  /** For instructor and assistants. */
  readonly lead: LeadState | null;
}

/** `/ws/class`, server to page. */
export type ClassMessage =
  | { readonly type: 'state'; readonly state: ClassState }
  /** The answer to a request with this number. */
  | { readonly type: 'done'; readonly ref: number; readonly link?: string }
  | { readonly type: 'failed'; readonly ref: number; readonly code: string; readonly message: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** What anyone in a class asks for. */
export type PersonAction =
  /** The path of the view that the page shows. */
  { readonly type: 'at'; readonly place: string };

/** What instructor and assistants ask for. */
export type LeadAction =
  | { readonly type: 'remove' | 'readmit' | 'open' | 'close'; readonly person: number }
  | { readonly type: 'share'; readonly flow: number; readonly on: boolean }
  | { readonly type: 'door'; readonly open: boolean }
  | { readonly type: 'new-code' }
  | { readonly type: 'title'; readonly title: string }
  /** An empty text takes the announcement away. */
  | { readonly type: 'announce'; readonly text: string }
  /** Everyone looks at this address; without one, everyone is back at their own. */
  | { readonly type: 'look'; readonly place: string | null }
  /** Instructor only: the answer has a link that lets one assistant in. */
  | { readonly type: 'assistant-link' };

export type ClassAction = PersonAction | LeadAction;

/** `/ws/class`, page to server, after the hello. */
export type ClassRequest = ClassAction & { readonly ref: number };
