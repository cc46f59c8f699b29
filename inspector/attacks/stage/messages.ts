/** What the stage and its process say to each other. */
import type { Pace, PlayFailure, PlayRequest, StepInHex, VerdictName } from '#dissect/page-attacks';
import type { WireName } from '#protocol/messages';
import type { TapEvent } from '#dissect/model';
import type { Entrance } from '#tap/detour';
import type { Address } from '#tap/tap';
import type { BenchMessage, BenchOrder } from '#dissect/page-bench';
import type { RoomPathEvent } from '#dissect/room-path';
import type { Joining } from '../room/room-mallory.ts';

export type ToPerformer = Exclude<PlayRequest, { type: 'pace' }> | { type: 'pace'; id: string; wanted: Pace };

/** To a process that has a bench in it, and nothing else. */
export type ToBench =
  | { readonly type: 'bench'; readonly target: string }
  | {
      readonly type: 'own-bench';
      readonly target: string;
      readonly wire: WireName;
      readonly address: Address;
    }
  /** Into a connection that stands. `before`: what crossed it, and what opens it. */
  | {
      readonly type: 'join';
      readonly flow: number;
      readonly entrance: Entrance;
      readonly before: readonly TapEvent[];
    }
  /** Holds nothing any more. */
  | { readonly type: 'let-go' }
  | { readonly type: 'order'; readonly order: BenchOrder };

export type FromBench = { readonly type: 'bench'; readonly message: BenchMessage };

/** To a process that has Mallory for a class in it, and nothing else. */
export type ToRoom =
  | { readonly type: 'open-room'; readonly wire: WireName; readonly address: Address }
  | ({ readonly type: 'join-room' } & Joining)
  | { readonly type: 'leave-room'; readonly place: number };

export type FromRoom = { readonly type: 'room'; readonly event: RoomPathEvent };

export type FromPerformer =
  | { readonly type: 'step'; readonly id: string; readonly step: StepInHex }
  | {
      readonly type: 'end';
      readonly id: string;
      readonly verdict: VerdictName;
      readonly evidence: string;
      /** A capture file with the secrets; null where nothing crossed, or where it is too large to be kept. */
      readonly capture: Uint8Array | null;
    }
  | { readonly type: 'failed'; readonly id: string; readonly code: PlayFailure; readonly message: string };

/** Caps of a stage. */
export const STAGE_CAPS = {
  /** Plays that go on at a time; the others wait for their turn. */
  atOnce: 2,
  waiting: 32,
  /** Steps that are told of one play. */
  steps: 2_000,
  /** Bytes of one recording, and of all that are kept. */
  capture: 12 * 1024 * 1024,
  captures: 48 * 1024 * 1024,
  /** Milliseconds that a play may take, with all that the person pauses. */
  longest: 10 * 60_000,
  /** Milliseconds after the last play until the process is ended. */
  idle: 30_000,
  /** Milliseconds in which a play that is stopped must have closed everything. */
  stop: 5_000,
} as const;
