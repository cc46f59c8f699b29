/** What a person may ask for about another one, or about a message. */
export type PersonAction = 'message' | 'mention' | 'invite' | 'mute' | 'kick' | 'ban' | 'appoint';
export type MessageAction = 'reply' | 'edit' | 'delete' | 'copy' | 'bytes' | 'mute' | 'kick' | 'ban';

/** A question before something that others feel. */
export interface Question {
  readonly title: string;
  readonly description: string;
  readonly confirm: string;
  readonly run: () => Promise<unknown>;
}
