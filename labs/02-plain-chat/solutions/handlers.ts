/** A table of handlers; what is to be done is collected in a list of the call. */
export const createChat = () => {
  const clients: { [id: string]: { id: number; wire: string; name?: string } } = Object.create(null);
  let messages = 0;
  let todo: object[] = [];
  const at = (id: number) => clients[id]!;
  const send = (to: number[], type: string, fields: object = {}) =>
    todo.push({ to, message: { type, ...fields } });
  const room = 'lobby';
  const inside = () => Object.values(clients).filter((client) => client.name !== undefined);
  const rest = (id: number) =>
    inside()
      .map((client) => client.id)
      .filter((other) => other !== id);
  const list = () => ({ room, members: inside().map(({ name }) => name), count: inside().length });
  const error = (id: number, code: string, fatal = true) => {
    send([id], 'error', { code, message: 'no', fatal });
    if (fatal) todo.push({ close: id });
  };

  const handlers = new Map<string, (id: number, message: any) => void>(
    Object.entries({
      ping: (id: number, { ref }: any) => send([id], 'pong', { ref }),
      bye: (id: number) => todo.push({ close: id }),
      join(id: number, { name = `anon-${id}` }: any) {
        if (typeof name !== 'string' || !name || name.length > 32) return error(id, 'bad_message');
        const old = at(id).name;
        if (old === undefined && inside().find((other) => other.name!.toLowerCase() === name.toLowerCase()))
          return error(id, 'name_taken', false);
        at(id).name = old ?? name;
        send([id], 'joined', { name: at(id).name, ...list(), messages: [], more: false });
        if (old === undefined) send(rest(id), 'member_joined', { room, name, via: at(id).wire });
      },
      say(id: number, { text, ref }: any) {
        if (typeof text !== 'string' || !text || text.length > 4000) return error(id, 'bad_message');
        const { name: from, wire: via } = at(id);
        if (from === undefined) return error(id, 'not_joined', false);
        const stamp = { id: ++messages, room, ts: Date.now() };
        send(rest(id), 'message', { ...stamp, from, text, via });
        send([id], 'ack', { ...stamp, ref });
      },
    }),
  );

  const run = (what: () => void) => {
    todo = [];
    what();
    return todo;
  };
  return {
    connected: (id: number, wire: string) =>
      run(() => {
        clients[id] = { id, wire };
        send([id], 'welcome', {
          protocol: 1,
          server: 'mine',
          wire,
          name: `anon-${id}`,
          ...list(),
          text: 'welcome',
        });
      }),
    received: (id: number, text: string) =>
      run(() => {
        let message;
        try {
          message = JSON.parse(text);
        } catch {
          return error(id, 'bad_json');
        }
        if (typeof message?.type !== 'string') return error(id, 'bad_message');
        const handler = handlers.get(message.type);
        if (handler) handler(id, message);
        else error(id, 'unknown_type');
      }),
    gone: (id: number) =>
      run(() => {
        const { name } = at(id);
        delete clients[id];
        if (name !== undefined) send(rest(id), 'member_left', { room, name });
      }),
  };
};
