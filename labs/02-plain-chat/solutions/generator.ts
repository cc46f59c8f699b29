/** Generators that yield what is to be done. */
type Deed = { to: number[]; message: object } | { close: number };
type Deeds = Generator<Deed, void, void>;

export function createChat() {
  const wires = new Map<number, string>();
  const joined = new Map<number, string>();
  let serial = 0;

  const list = () => ({ members: [...joined.values()], count: joined.size });
  const room = 'lobby';
  const guest = (id: number) => `g${id}`;
  const except = (id: number) => [...joined.keys()].filter((one) => one !== id);

  function* refuse(id: number, code: string, fatal = true): Deeds {
    yield { to: [id], message: { type: 'error', code, message: code, fatal } };
    if (fatal) yield { close: id };
  }

  function* welcome(id: number, wire: string): Deeds {
    wires.set(id, wire);
    const message = {
      type: 'welcome',
      protocol: 1,
      server: 's',
      wire,
      name: guest(id),
      room,
      text: 'hello',
      ...list(),
    };
    yield { to: [id], message };
  }

  function* handle(id: number, raw: string): Deeds {
    let any: any;
    try {
      any = JSON.parse(raw);
    } catch {
      return yield* refuse(id, 'bad_json');
    }
    if (Object.prototype.toString.call(any) !== '[object Object]' || typeof any.type !== 'string')
      return yield* refuse(id, 'bad_message');
    const { type, ref, name, text } = any;
    if (type === 'ping') yield { to: [id], message: { type: 'pong', ref } };
    else if (type === 'bye') yield { close: id };
    else if (type === 'join') yield* join(id, name);
    else if (type === 'say') yield* say(id, text, ref);
    else yield* refuse(id, 'unknown_type');
  }

  function* join(id: number, name: unknown = guest(id)): Deeds {
    if (typeof name !== 'string' || !/^.{1,32}$/s.test(name)) return yield* refuse(id, 'bad_message');
    const mine = joined.get(id);
    if (mine === undefined) {
      const key = name.toUpperCase();
      for (const other of joined.values())
        if (other.toUpperCase() === key) return yield* refuse(id, 'name_taken', false);
      joined.set(id, name);
    }
    yield {
      to: [id],
      message: { type: 'joined', room, name: joined.get(id), ...list(), messages: [], more: false },
    };
    if (mine === undefined)
      yield { to: except(id), message: { type: 'member_joined', room, name, via: wires.get(id) } };
  }

  function* say(id: number, text: unknown, ref: unknown): Deeds {
    if (typeof text !== 'string' || text.length < 1 || text.length > 4000)
      return yield* refuse(id, 'bad_message');
    const from = joined.get(id);
    if (!from) return yield* refuse(id, 'not_joined', false);
    const about = { id: serial++, room, ts: Date.now() };
    for (const one of except(id))
      yield { to: [one], message: { type: 'message', from, text, via: wires.get(id), ...about } };
    yield { to: [id], message: { type: 'ack', ref, ...about } };
  }

  function* leave(id: number): Deeds {
    const name = joined.get(id);
    joined.delete(id);
    wires.delete(id);
    if (name !== undefined) yield { to: except(id), message: { type: 'member_left', room, name } };
  }

  return {
    connected: (id: number, wire: string) => [...welcome(id, wire)],
    received: (id: number, raw: string) => [...handle(id, raw)],
    gone: (id: number) => [...leave(id)],
  };
}
