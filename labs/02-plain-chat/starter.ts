/**
 * Lab 02: a chat room.
 *
 * The server calls you when a connection comes, sends a frame, or goes. Each time you return a list of what is to be
 * done: send a message to some connections, or close one. You never touch a socket.
 */
type Deed = { to: number[]; message: object } | { close: number };

export function createChat() {
  // Who is in the room? Keep it here.

  return {
    /** A connection has come. `id` is its number, `wire` how it came: plain, psk, tls. */
    connected(id: number, wire: string): Deed[] {
      return [];
    },

    /** It has sent a frame. `text` should be JSON, but a stranger may send anything. */
    received(id: number, text: string): Deed[] {
      return [];
    },

    /** It is gone. */
    gone(id: number): Deed[] {
      return [];
    },
  };
}
