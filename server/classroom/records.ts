/** What is kept of a class. The store saves it unchanged; times are milliseconds since 1970 UTC. */
import type { Account } from '#chat/records';
import type { ClassRole, Display } from '#dissect/page-class';
import type { LabProgress } from '#dissect/page-labs';
import type { HandedIn } from './flags.ts';

export { CLASS_ROLES, type Display } from '#dissect/page-class';
export type { LabProgress } from '#dissect/page-labs';

export interface ClassSettings {
  readonly title: string;
  /** What a newcomer must know. */
  readonly code: string;
  /** Whether newcomers are let in. */
  readonly open: boolean;
  readonly display: Display;
  /** Names of those whom the instructor expects, whether or not they have come in. */
  readonly expected: readonly string[];
}

/** Somebody in the class. In the chat, a person is an account that has no password: the device logs it in. */
export interface Person {
  readonly id: number;
  readonly account: Account;
  readonly role: ClassRole;
  /** SHA-256 in hex of the device's token; absent for the instructor, whom the start link lets in. */
  readonly tokenHash: string | undefined;
  /** The person's own shared key for the psk wires: 32 bytes. */
  readonly psk: Uint8Array;
  readonly joined: number;
  /** When a page of this person was last open. */
  readonly seen: number;
  /** Address of the device. */
  readonly address: string;
  /** Turned out by the instructor, until let in again. */
  readonly removed: boolean;
}

export type NewPerson = Omit<Person, 'id' | 'account' | 'removed'> & {
  readonly name: string;
  /** `nameKey` of the name. */
  readonly key: string;
};

/** What may change about a person. */
export type PersonChange = Partial<Pick<Person, 'seen' | 'address' | 'removed'>>;

export interface StoredProgress {
  readonly person: number;
  readonly progress: LabProgress;
}

export interface StoredFlag extends HandedIn {
  readonly person: number;
}

/** Where the class is kept. Everything rejects with an error of the store. */
export interface ClassStore {
  load(): Promise<{ readonly settings: ClassSettings | undefined; readonly people: readonly Person[] }>;
  saveSettings(settings: ClassSettings): Promise<void>;
  /** Undefined if somebody has the name already, or one that looks like it. */
  addPerson(person: NewPerson): Promise<Person | undefined>;
  changePerson(id: number, change: PersonChange): Promise<void>;
  loadProgress(): Promise<readonly StoredProgress[]>;
  saveProgress(stored: StoredProgress): Promise<void>;
  /** Deletes the progress of everyone. */
  clearProgress(): Promise<void>;
  /** In the order in which they were handed in. */
  loadFlags(): Promise<readonly StoredFlag[]>;
  saveFlag(stored: StoredFlag): Promise<void>;
  /** Deletes what everyone has handed in. */
  clearFlags(): Promise<void>;
  /** Deletes everyone but the instructor, with their accounts, and puts these settings in place of those before. */
  erase(settings: ClassSettings): Promise<void>;
  /** Deletes what these accounts have said, and both sides of their private conversations. */
  eraseWords(accounts: readonly number[]): Promise<void>;
}
