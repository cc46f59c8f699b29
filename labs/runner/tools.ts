/** What the process of a piece does for the judge, besides calling the piece. */
import { type Chat, CHAT_METHODS } from './chat-deeds.ts';
import { type ServedChat, serveChat } from './chat-server.ts';

export interface Tools {
  /** Puts a new chat of the learner's behind a port. */
  readonly serveChat: () => Promise<ServedChat>;
}

export function toolsFor(exports: object): Tools {
  return {
    serveChat: async () => {
      const { createChat } = exports as { readonly createChat?: () => Chat };
      const chat = createChat?.();
      for (const method of CHAT_METHODS)
        if (typeof chat?.[method] !== 'function')
          throw new TypeError(`createChat() must return an object with ${CHAT_METHODS.join(', ')}`);
      return serveChat(chat as Chat);
    },
  };
}
