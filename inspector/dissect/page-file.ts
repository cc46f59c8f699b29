/** The text of a lab that a student shows to those who lead the class: what pages and server say to each other about it. */

/**
 * `POST /api/class/file`: a student lets those who lead look at the text of a lab, sends the text as it is now, or ends it. Nobody
 * else can begin it. It is a request of its own because a text can be larger than one over a WebSocket may be. `show` is answered
 * with a `FileShown`; the others have an empty answer, with status 204. Errors: `bad_request` 400, `file_over` 410 for a file that is
 * not shown any more, `too_many_files` 409, `rate_limited` 429.
 */
export type FileRequest =
  | { readonly type: 'show'; readonly lab: string; readonly text: string }
  /** The page is still there. Without a text, the one before still holds. */
  | { readonly type: 'renew'; readonly id: number; readonly text?: string }
  /** The student does not want it any longer, or has left the page. */
  | { readonly type: 'stop' | 'leave' };

export interface FileShown {
  readonly id: number;
}

/**
 * Why a file is not shown any more. `silent`: nothing came from the page that showed it. `replaced`: another page of the student
 * shows its file.
 */
export const FILE_ENDS = ['stopped', 'left', 'time', 'silent', 'replaced', 'removed', 'reset'] as const;
export type FileEnd = (typeof FILE_ENDS)[number];

/** What a student is told of the file that they show, or showed last. */
export type OwnFile =
  | {
      readonly state: 'shown';
      readonly id: number;
      readonly lab: string;
      /** When it ends, by the server’s clock: milliseconds since 1970. */
      readonly ends: number;
      /** Names of those who have it open now. */
      readonly readers: readonly string[];
    }
  | {
      readonly state: 'over';
      readonly id: number;
      readonly lab: string;
      readonly why: FileEnd;
      readonly time: number;
    };

/** What those who lead are told of a student’s file before they open it. */
export type RowFile = Pick<Extract<OwnFile, { readonly state: 'shown' }>, 'lab' | 'ends'>;

/** What a page is told that has a student’s file open: the text whenever it changes, and that it is over. */
export type FileNews =
  | ({ readonly type: 'file'; readonly person: number; readonly text: string } & RowFile)
  | { readonly type: 'file-over'; readonly person: number; readonly why: FileEnd };
