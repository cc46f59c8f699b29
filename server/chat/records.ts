/** What the chat keeps besides messages. The store saves it unchanged; times are milliseconds since 1970 UTC. */
import type { WireName } from '#protocol/messages';
import type { AccountRole } from '#protocol/roles';

/** One connection, as the runtime numbers it. */
export type SessionId = number;

export interface Account {
  readonly id: number;
  readonly name: string;
  /** `nameKey` of the name, the same for names that look alike. Unique. */
  readonly key: string;
  readonly role: AccountRole;
  readonly passwordHash: string;
  readonly secondFactor: SecondFactor | undefined;
  readonly created: number;
}

export interface SecondFactor {
  /** Base32, as the authenticator has it. */
  readonly secret: string;
  /** The last time step whose code was used (RFC 6238 §5.2: a code counts once). */
  readonly lastStep: number;
  /** SHA-256 in hex of the recovery codes not used yet. */
  readonly recovery: readonly string[];
}

/** One login, on one device. */
export interface LoginSession {
  /** Public id, random. */
  readonly id: string;
  readonly account: number;
  /** SHA-256 in hex of the token. */
  readonly tokenHash: string;
  /**
   * SHA-256 in hex of the part with which all tokens of this login begin: it identifies every earlier token.
   * `undefined`, until its next token, for a login from before there were families.
   */
  readonly familyHash: string | undefined;
  /** SHA-256 in hex of the previous token, which is still valid until `tokenChanged` + `LIMITS.tokenGrace`. */
  readonly previousHash: string | undefined;
  readonly tokenChanged: number;
  readonly created: number;
  readonly seen: number;
  readonly expires: number;
  readonly via: WireName;
  readonly address: string;
}

export interface RoomRecord {
  /** In its canonical spelling. */
  readonly name: string;
  readonly access: 'public' | 'invite';
  readonly locked: boolean;
  /** Seconds that a member must wait between two messages; 0 for no pause. */
  readonly slow: number;
  readonly createdBy: string;
  readonly created: number;
  /** Authors who may enter, where access is `invite`. */
  readonly invited: readonly string[];
}

/** A ban or a mute. Its target is given by at least one of author, key and address. */
export interface Sanction {
  readonly id: string;
  readonly kind: 'ban' | 'mute';
  /** `Member.author` of the account or guest. */
  readonly author: string | undefined;
  /** The banned or muted name, and its key: they also apply to a guest that comes back under that name. */
  readonly name: string | undefined;
  readonly key: string | undefined;
  /** An IP address or a range, `address/bits`. */
  readonly address: string | undefined;
  readonly room: string | undefined;
  readonly until: number | undefined;
  readonly by: string;
  readonly reason: string | undefined;
  readonly ts: number;
}

export const AUDIT_EVENTS = [
  'account.registered',
  'account.role',
  'account.password_changed',
  'account.removed',
  'login.succeeded',
  'login.failed',
  'login.throttled',
  'login.second_factor_failed',
  'login.recovery_code_used',
  'session.resumed',
  'session.token_reused',
  'session.ended',
  'session.revoked',
  'second_factor.added',
  'second_factor.removed',
  'moderation.muted',
  'moderation.unmuted',
  'moderation.kicked',
  'moderation.banned',
  'moderation.unbanned',
  'moderation.deleted',
  'moderation.locked',
  'moderation.unlocked',
  'moderation.slowed',
  'moderation.refused',
  'room.removed',
  'room.uninvited',
  'connection.banned',
  'connection.flooding',
  'connection.too_many',
  'key.rotated',
  'certificate.renewed',
  'wire.stopped',
  'wire.started',
  'class.joined',
  'class.removed',
  'class.readmitted',
  'class.code_renewed',
  'class.opened',
  'class.closed',
  'class.file_opened',
  'class.flag_of_other',
  'class.attack_begun',
  'class.attack_ended',
  'class.shared',
  'class.unshared',
  'class.listed',
  'class.archived',
  'class.reset',
  'class.erased',
  'console.opened',
  'console.closed',
  'console.refused',
  'server.started',
  'server.stopped',
  'operator.backup',
  'operator.restore',
] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** One line of the audit log. Holds no secret: no password, token, code or key. */
export interface AuditEntry {
  readonly ts: number;
  readonly event: AuditEvent;
  /** Who did it: a name, `operator`, or `server`. */
  readonly actor: string;
  /** Whom or what it concerns. */
  readonly subject?: string;
  readonly address?: string;
  readonly via?: WireName;
  readonly room?: string;
  readonly detail?: string;
}
