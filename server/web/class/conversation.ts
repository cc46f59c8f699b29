/** A conversation for a class: the demo conversation of the server, with lines and wires that those who lead have chosen. */
import type { Person } from '#classroom/records';
import { readScript } from '#classroom/script';
import type { Conversation, ConversationAction } from '#dissect/page-conversation';
import type { WireName } from '#protocol/wires';
import type { Demo, Performance } from '../demo.ts';
import type { Refusal } from './refusal.ts';

type Stage = Pick<Demo, 'perform' | 'endPerformance' | 'offers'>;
type Asked = Extract<ConversationAction, { type: 'converse' }>;

export class ClassConversation {
  /** What speaks it, once the server has its sockets. */
  stage: Stage | undefined;
  readonly #changed: () => void;
  #now: Conversation | null = null;
  #performance: Performance | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The one that is under way, or how the last one ended. */
  get now(): Conversation | null {
    return this.#now;
  }

  /** In place of the one that is under way. */
  start({ script, wires }: Asked, by: Person): Refusal {
    const read = readScript(script);
    if ('problem' in read) return { code: 'bad_script', message: `this is no script: ${read.problem}` };
    const { stage } = this;
    const off = wires.find((wire) => !stage?.offers(wire));
    if (off !== undefined) return { code: 'wire_off', message: `the server does not offer the ${off} wire` };
    const lines = wires.flatMap((wire) => read.map((line) => ({ ...line, wire })));
    const [{ wire } = { wire: wires[0] as WireName }] = lines;
    this.#now = { by: by.account.name, said: 0, lines: lines.length, wire, state: 'running' };
    const performance: Performance = {
      lines,
      said: (said) => {
        // What is said after it was replaced belongs to nobody.
        if (this.#performance !== performance) return;
        this.#tell({ said, wire: (lines[said] ?? lines[said - 1])?.wire ?? wire });
      },
      over: (error) => {
        if (this.#performance !== performance) return;
        this.#performance = undefined;
        this.#tell({ state: 'over', ...(error && { error }) });
      },
    };
    this.#performance = performance;
    stage?.perform(performance);
    this.#changed();
    return undefined;
  }

  stop(): Refusal {
    if (!this.#performance) return { code: 'not_conversing', message: 'there is no conversation under way' };
    this.stage?.endPerformance();
    return undefined;
  }

  #tell(change: Partial<Conversation>): void {
    if (this.#now) this.#now = { ...this.#now, ...change };
    this.#changed();
  }
}
