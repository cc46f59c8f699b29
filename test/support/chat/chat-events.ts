/** Waiting for what a `ChatClient` says. */
import type { ChatClient, ChatEvent } from '#client/chat-client';

/** Resolves with the first event, from now on, that `wanted` takes. */
export function nextEvent(of: ChatClient, wanted: (event: ChatEvent) => boolean): Promise<ChatEvent> {
  return new Promise((resolve) => {
    const stop = of.subscribe((each) => {
      if (!wanted(each)) return;
      stop();
      resolve(each);
    });
  });
}
