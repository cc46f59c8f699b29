/** What follows from a commit or a read: the chat is told, and failures are logged and counted. */
import type { Logger } from 'pino';
import type { ChatCore } from '#chat/core';
import type { Effect } from '#chat/effects';
import { codeOf } from './answers.ts';
import type { CommitterHandler } from './committer.ts';
import type { Tally } from './tally.ts';

interface Told {
  readonly core: ChatCore;
  readonly tally: Tally;
  readonly log: Logger;
  /** Called for each commit with the number of messages and how many milliseconds it took. */
  readonly onCommit: ((messages: number, took: number) => void) | undefined;
}

export function committerHandler(
  { core, tally, log, onCommit }: Told,
  perform: (effects: readonly Effect[]) => void,
): CommitterHandler {
  return {
    committed: (batch, repeated, took) => {
      const stored = batch.length - repeated.size;
      tally.stored(stored);
      onCommit?.(stored, took);
      perform(core.committed(batch, repeated));
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
