/** What more people than its owner may read: traffic that those who lead have opened, and connections that are shared. */
import type { FlowSight } from '#classroom/flow-sight';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import type { AuditEntry } from '#chat/records';
import type { OpenedTraffic } from '#dissect/page-class';
import type { Roster } from './roster.ts';
import type { ClassTraffic } from './traffic.ts';

export interface SharingOptions {
  readonly roster: Pick<Roster, 'people'>;
  readonly sight: Pick<FlowSight, 'sees' | 'share' | 'shared'>;
  /** Absent without a tap. */
  readonly traffic: Pick<ClassTraffic, 'refresh'> | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly audit: (entry: AuditEntry) => void;
  readonly changed: (atOnce?: boolean) => void;
}

/** The class sees all of it, and the audit log keeps it. */
export class Sharing {
  readonly #options: SharingOptions;
  readonly #opened = new Map<number, OpenedTraffic>();

  constructor(options: SharingOptions) {
    this.#options = options;
  }

  get opened(): OpenedTraffic[] {
    return [...this.#opened.values()];
  }

  get shared(): FlowSight['shared'] {
    return this.#options.sight.shared;
  }

  isOpened(person: number): boolean {
    return this.#opened.has(person);
  }

  /** Makes a student's traffic readable for those who lead. False if there is no such student, or not any more. */
  open(id: number, by: Person): boolean {
    const person = this.#options.roster.people.byId(id);
    if (!person || person.removed || isLeader(person)) return false;
    const { name } = person.account;
    this.#opened.set(id, { person: id, name, by: by.account.name, since: this.#options.clock() });
    this.#audit('class.opened', by, { subject: name });
    this.#refresh();
    return true;
  }

  close(id: number, by: Person): boolean {
    const opened = this.#opened.get(id);
    if (!opened) return false;
    this.#opened.delete(id);
    this.#audit('class.closed', by, { subject: opened.name });
    this.#refresh();
    return true;
  }

  /** Somebody is no longer in the class. */
  forget(person: number): void {
    this.#opened.delete(person);
  }

  /** False if the person who asks does not see this flow, or there is none. */
  share(flow: number, on: boolean, by: Person): boolean {
    const { sight, traffic, changed } = this.#options;
    if (!sight.sees(by, flow) || !sight.share(flow, on)) return false;
    traffic?.refresh(flow);
    this.#audit(on ? 'class.shared' : 'class.unshared', by, { detail: `connection ${flow}` });
    changed();
    return true;
  }

  #refresh(): void {
    this.#options.traffic?.refresh();
    this.#options.changed(true);
  }

  #audit(
    event: 'class.opened' | 'class.closed' | 'class.shared' | 'class.unshared',
    by: Person,
    more: Pick<AuditEntry, 'subject' | 'detail'>,
  ): void {
    const { audit, clock } = this.#options;
    audit({ ts: clock(), event, actor: by.account.name, ...more });
  }
}
