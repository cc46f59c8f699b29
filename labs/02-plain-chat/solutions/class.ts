/** One class for the room and one for a member; validation by a table. */
type Message = Record<string, unknown> & { type: string };
type Deed = { to: number[]; message: object } | { close: number };
type Test = (message: Message) => boolean;

const text = (value: unknown, max: number) =>
  typeof value === 'string' && value !== '' && value.length <= max;
const SHAPES = new Map<string, Test>([
  ['ping', () => true],
  ['bye', () => true],
  ['join', ({ name }) => name === undefined || text(name, 32)],
  ['say', (message) => text(message.text, 4000)],
]);

class Member {
  name: string | null = null;
  constructor(
    readonly id: number,
    readonly wire: string,
    readonly guest: string,
  ) {}
}

class Chat {
  #everyone: Record<number, Member> = {};
  #guests = 1;
  #messages = 100;

  connected(id: number, wire: string): Deed[] {
    const member = new Member(id, wire, `visitor${this.#guests++}`);
    this.#everyone[id] = member;
    const { members, count } = this.#list();
    return this.#tell([id], {
      type: 'welcome',
      protocol: 1,
      server: 'room',
      wire,
      name: member.guest,
      room: 'lobby',
      members,
      count,
      text: 'Hi',
    });
  }

  received(id: number, raw: string): Deed[] {
    let message: Message;
    try {
      message = JSON.parse(raw);
    } catch {
      return this.#refuse(id, 'bad_json', true);
    }
    if (message === null || typeof message !== 'object' || typeof message.type !== 'string')
      return this.#refuse(id, 'bad_message', true);
    const test = SHAPES.get(message.type);
    if (!test) return this.#refuse(id, 'unknown_type', true);
    if (!test(message)) return this.#refuse(id, 'bad_message', true);
    switch (message.type) {
      case 'ping':
        return this.#tell([id], { type: 'pong', ref: message.ref });
      case 'join':
        return this.#join(this.#everyone[id]!, message.name as string | undefined);
      case 'say':
        return this.#say(this.#everyone[id]!, message);
      default:
        return [{ close: id }];
    }
  }

  gone(id: number): Deed[] {
    const { name } = this.#everyone[id]!;
    delete this.#everyone[id];
    return name === null ? [] : this.#tell(this.#inside(), { type: 'member_left', room: 'lobby', name });
  }

  #join(member: Member, wanted = member.guest): Deed[] {
    const before = this.#inside();
    const fresh = member.name === null;
    if (
      fresh &&
      this.#list().members.some((name) => name.localeCompare(wanted, 'en', { sensitivity: 'accent' }) === 0)
    )
      return this.#refuse(member.id, 'name_taken', false);
    member.name ??= wanted;
    return [
      ...this.#tell([member.id], {
        type: 'joined',
        room: 'lobby',
        name: member.name,
        ...this.#list(),
        messages: [],
        more: false,
      }),
      ...(fresh
        ? this.#tell(before, { type: 'member_joined', room: 'lobby', name: wanted, via: member.wire })
        : []),
    ];
  }

  #say({ id, name, wire }: Member, { text, ref }: Message): Deed[] {
    if (name === null) return this.#refuse(id, 'not_joined', false);
    const stamp = { id: ++this.#messages, room: 'lobby', ts: Date.now() };
    return [
      ...this.#tell(
        this.#inside().filter((other) => other !== id),
        { type: 'message', ...stamp, from: name, text, via: wire },
      ),
      ...this.#tell([id], { type: 'ack', ...stamp, ...(ref === undefined ? {} : { ref }) }),
    ];
  }

  #inside() {
    return Object.values(this.#everyone)
      .filter(({ name }) => name !== null)
      .map(({ id }) => id);
  }
  #list() {
    const members = Object.values(this.#everyone).flatMap(({ name }) => name ?? []);
    return { members, count: members.length };
  }
  #tell(to: number[], message: object): Deed[] {
    return [{ to, message }];
  }
  #refuse(id: number, code: string, fatal: boolean): Deed[] {
    return [
      ...this.#tell([id], { type: 'error', code, message: `refused: ${code}`, fatal }),
      ...(fatal ? [{ close: id }] : []),
    ];
  }
}

export const createChat = () => new Chat();
