/** What follows from a commit or a read: the chat is told, and failures are logged and counted. */
import type { Logger } from 'pino';
import type { ChatCore } from '#chat/core';
import type { Effect } from '#chat/effects';
import { codeOf } from './answers.ts';
import type { CommitterHandler } from './committer.ts';
import type { Tally } from './tally.ts';
import type { Witness } from './witness.ts';

/** Is told how long things take. */
export interface Stopwatch {
  /** A commit of so many messages took so many milliseconds. */
  readonly committed: (messages: number, took: number) => void;
  /** Their frames were given to the sockets so many milliseconds after the first of them had come. */
  readonly delivered: (messages: number, took: number) => void;
}

/** Who is told of what is committed, apart from the chat. */
export interface CommitWatchers {
  readonly stopwatch?: Stopwatch | undefined;
  readonly witness?: Witness | undefined;
}

interface Told extends CommitWatchers {
  readonly core: ChatCore;
  readonly tally: Tally;
  readonly log: Logger;
}

export function committerHandler(
  { core, tally, log, stopwatch, witness }: Told,
  perform: (effects: readonly Effect[]) => void,
): CommitterHandler {
  return {
    committed: (batch, repeated, { took, since }) => {
      const stored = batch.length - repeated.size;
      tally.stored(stored);
      stopwatch?.committed(stored, took);
      perform(core.committed(batch, repeated));
      for (const message of batch) if (!repeated.has(message.id)) witness?.said(message.origin, message);
      // Comes after the flush that has just been asked for.
      if (stopwatch) setImmediate(() => stopwatch.delivered(stored, performance.now() - since));
    },
    commitFailed: (batch, error) => {
      const failed = { code: 'storage_failed', messages: batch.length, err: error };
      log.error(failed, 'messages could not be stored');
      tally.notStored(codeOf(error));
      perform(core.commitFailed(batch, codeOf(error)));
    },
    loaded: (request, loaded) => perform(core.loaded(request, loaded)),
    loadFailed: (request, error) => {
      log.error({ code: 'storage_failed', err: error }, 'history could not be read');
      perform(core.loadFailed(request));
    },
  };
}
