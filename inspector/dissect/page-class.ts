/**
 * What the pages of a class and the server say to each other: JSON over HTTP to come in, and then texts over `/ws/class`.
 * The server sends each page what its person may know, as a whole, whenever something of it changes.
 */
import type { WireName } from '#protocol/messages';
import type { Conversation, ConversationAction } from './page-conversation.ts';
import type { FileNews, OwnFile, RowFile } from './page-file.ts';
import type { FlagAction, FlagStanding } from './page-flag.ts';
import type { BoardLab, LabStanding } from './page-labs.ts';
import type { AnswerAction, ClassQuestion, QuestionAction } from './page-question.ts';
import type { ConsentAction, RoomAttackAction, RoomAttackNews } from './page-room-attack.ts';

/** From the one who may do most to the one who may do least. */
export const CLASS_ROLES = ['instructor', 'assistant', 'student'] as const;
export type ClassRole = (typeof CLASS_ROLES)[number];

export const CLASS_CAPS = {
  /** People who have joined, with those who were removed. */
  people: 500,
  /** Characters of a list of names, with the other columns of its file, and lines of it that are said to be wrong. */
  nameList: 200_000,
  nameProblems: 50,
  /** Characters of the title of a class, and of an announcement. */
  title: 80,
  announcement: 500,
  /** Characters of the text beside a timer, and seconds that it can run. */
  timerText: 60,
  timerSeconds: 4 * 3_600,
  /** Labs of which progress is kept for a student, checks of a lab, and characters of the name of either. */
  labs: 40,
  checks: 80,
  checkName: 80,
  /** Reports of one student that are taken in a minute. */
  reportsPerMinute: 60,
  /** Characters of an address that the instructor leads to. */
  place: 2_000,
  /** Rooms of the chat that pages are told of. */
  rooms: 20,
  /** Bytes of a record that the class is asked about, and how many may cross its connection before it is over. */
  questionBytes: 4_096,
  questionReach: 1024 * 1024,
  /** Characters of a script, its lines, those who speak in it, and characters of the name of one. */
  script: 8_000,
  scriptLines: 40,
  speakers: 4,
  speaker: 16,
  /** Characters of a flag as it is typed; flags that one student may hand in in a minute; those of others that are kept. */
  flag: 64,
  flagsPerMinute: 10,
  flagsOfOthers: 20,
  /** Characters of a join code. */
  code: 6,
  /** Tries to join with a wrong code, from one network in a minute. */
  triesPerMinute: 30,
  /** Files that students show at a time; how long one is shown at most, and how long without a word from its page. */
  shownFiles: 50,
  fileMinutes: 15,
  fileSilenceSeconds: 30,
  /** Requests of one student about the file that they show, in a minute. */
  fileRequestsPerMinute: 120,
  /** Students whose connections an attack on the room is played in, connections of each, and minutes that it lasts at most. */
  attacked: 40,
  attackedConnections: 4,
  attackMinutes: 5,
  /** Bytes of a unit that a student is shown of it, and messages that others got which are kept. */
  attackBytes: 1_024,
  attackHeard: 4,
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

/**
 * `POST /api/class/expected`, for those who lead: the names of those who are expected, in place of those before. One a line, or
 * the first column of a CSV; no text for nobody. The answer is empty, with status 204, or `bad_request` 400, `leaders_only` 403,
 * `bad_names` 422 with a `NameListRefusal`.
 *
 * `GET /api/class/archive`, for those who lead: everything that is known of the class, as a file.
 *
 * Both are requests of their own because they are larger than a text over a WebSocket may be.
 */
export interface NameList {
  readonly text: string;
}

export interface NameListRefusal {
  readonly code: string;
  readonly message: string;
  /** The first of them. */
  readonly problems: readonly LineProblem[];
}

/** A line of a list of names from which no name was taken. */
export interface LineProblem {
  /** Counted from 1. */
  readonly line: number;
  /** Its first column, or the beginning of that. */
  readonly text: string;
  readonly why: string;
}

/** A name on the list of those who are expected. */
export interface Expected {
  readonly name: string;
  /** Whether somebody has joined under this name, or under one that looks like it. */
  readonly came: boolean;
}

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

/** The lesson plans of the handbook, by their minutes. */
export const PLAN_IDS = ['45', '90', '180'] as const;
export type PlanId = (typeof PLAN_IDS)[number];

export interface Stage {
  readonly title: string;
  readonly minutes: number;
  /** Where it takes place: the path of a view or of a page of the docs. Absent for what needs no screen. */
  readonly place?: string;
}

/** A lesson plan that the class is led through. */
export interface Lesson {
  readonly plan: PlanId;
  readonly title: string;
  readonly stages: readonly Stage[];
  /** The stage that is open, counted from 0; null between two stages. */
  readonly open: number | null;
  /** Stages that were open before. */
  readonly done: readonly number[];
}

export interface Timer {
  /** What the time is for; may be empty. */
  readonly text: string;
  readonly by: string;
  /** When the time is up, by the server’s clock: milliseconds since 1970. */
  readonly ends: number;
}

/** Who may speak in a public room of the chat, as the chat's moderation has it. */
export interface RoomOrder {
  readonly name: string;
  /** Only those who lead may speak. */
  readonly locked: boolean;
  /** Seconds between two messages of a student; 0 for no pause. */
  readonly slow: number;
}

/** What everyone is shown until it is taken away, also after a new start of the server. */
export interface Display {
  readonly announcement: Announcement | null;
  readonly lesson: Lesson | null;
  readonly timer: Timer | null;
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
  readonly labs: readonly LabStanding[];
  /** Since when the person has been asking for help: milliseconds since 1970. Absent if they are not. */
  readonly help?: number;
  /** The file that the student lets those who lead look at. */
  readonly file?: RowFile;
  /** Absent until the student has handed in a flag. */
  readonly flag?: FlagStanding;
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
  readonly labs: readonly BoardLab[];
  /** In the order of the list. */
  readonly expected: readonly Expected[];
  /** The one that is under way, or how the last one ended. */
  readonly conversation: Conversation | null;
}

export interface ClassState extends Display {
  readonly title: string;
  readonly me: Me;
  /** Students: how many have joined, and how many of them are here. */
  readonly joined: number;
  readonly here: number;
  readonly opened: readonly OpenedTraffic[];
  readonly shared: readonly SharedFlow[];
  readonly look: Look | null;
  /** Public rooms: the one that everyone is in first, then the fullest. */
  readonly rooms: readonly RoomOrder[];
  /** Since when this person has been asking for help: milliseconds since 1970. */
  readonly help: number | null;
  /** The file that this student shows, or showed last. */
  readonly file: OwnFile | null;
  /** When this student handed in their own flag: milliseconds since 1970. */
  readonly flag: number | null;
  /** With which the student's own terminal tells how checks ended; null for those who lead. */
  readonly labCode: string | null;
  /** For instructor and assistants. */
  readonly lead: LeadState | null;
}

/** `/ws/class`, server to page. */
export type ClassMessage =
  | FileNews
  /** The attack on the room, after the first state and whenever it changes for this person. */
  | RoomAttackNews
  | {
      readonly type: 'state';
      readonly state: ClassState;
      /** The server’s clock: milliseconds since 1970. That of a device can be hours off. */
      readonly time: number;
    }
  /** What the class is asked, after the first state and whenever it changes. */
  | { readonly type: 'question'; readonly question: ClassQuestion | null }
  /** The answer to a request with this number. */
  | { readonly type: 'done'; readonly ref: number; readonly link?: string }
  | { readonly type: 'failed'; readonly ref: number; readonly code: string; readonly message: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** What anyone in a class asks for. */
export type PersonAction =
  /** The path of the view that the page shows. */
  | { readonly type: 'at'; readonly place: string }
  /** A student asks for help, or needs it no longer. Only those who lead see it. */
  | { readonly type: 'help'; readonly on: boolean }
  | FlagAction
  | ConsentAction
  | AnswerAction;

/** What instructor and assistants ask for. */
export type LeadAction =
  | { readonly type: 'remove' | 'readmit' | 'open' | 'close'; readonly person: number }
  /** The person who asks for help has been helped. */
  | { readonly type: 'answer-help'; readonly person: number }
  /** Opens the file that a student shows, which the student sees; without a person, closes it. */
  | { readonly type: 'read-file'; readonly person: number | null }
  | { readonly type: 'share'; readonly flow: number; readonly on: boolean }
  | QuestionAction
  | ConversationAction
  | RoomAttackAction
  | { readonly type: 'door'; readonly open: boolean }
  | { readonly type: 'new-code' }
  | { readonly type: 'title'; readonly title: string }
  /** An empty text takes the announcement away. */
  | { readonly type: 'announce'; readonly text: string }
  /** Begins a lesson, with no stage open; without a plan, ends it. */
  | { readonly type: 'plan'; readonly plan: PlanId | null }
  /** Opens a stage, which closes the one before and starts the stage’s timer; without one, closes the open one. */
  | { readonly type: 'stage'; readonly stage: number | null }
  /** Starts a timer; without seconds, takes it away. */
  | { readonly type: 'timer'; readonly seconds: number | null; readonly text: string }
  | { readonly type: 'more-time'; readonly seconds: number }
  /** Everyone looks at this address; without one, everyone is back at their own. */
  | { readonly type: 'look'; readonly place: string | null }
  /** Lets only those who lead speak in a room of the chat, or everyone again. */
  | { readonly type: 'freeze'; readonly room: string; readonly on: boolean }
  /** Makes students wait between two messages in a room of the chat; 0 for no pause. */
  | { readonly type: 'slow'; readonly room: string; readonly seconds: number }
  /** Takes a message of the chat away from everyone. */
  | { readonly type: 'hide'; readonly message: number }
  /** Deletes the progress of everyone, and what everyone is shown; the people stay. */
  | { readonly type: 'reset' }
  /** Instructor only: deletes everyone else, and everything of the class. */
  | { readonly type: 'erase' }
  /** Instructor only: the answer has a link that lets one assistant in. */
  | { readonly type: 'assistant-link' };

export type ClassAction = PersonAction | LeadAction;

/** `/ws/class`, page to server, after the hello. */
export type ClassRequest = ClassAction & { readonly ref: number };
