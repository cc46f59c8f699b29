/** Accounts: proofs of identity, and the care of an account's own sessions and second factor. */
import * as v from 'valibot';
import type { ClientRows } from './client-row.ts';
import { LIMITS } from '../limits.ts';
import { AUTH_MODES } from '../roles.ts';
import { described, ref, role, secret, shortText, ts, type, via, wholeNumber } from './fields.ts';

// Rules about passwords are checked by the command, which can say what is wrong with one; here only the cap.
const password = secret(
  v.pipe(v.string(), v.maxLength(LIMITS.passwordInput)),
  'The password in the clear: only the wire protects it on its way.',
);
const accountName = described(v.pipe(v.string(), v.maxLength(256)), 'Name of the account.');
const token = secret(
  v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  'Secret of a login session: 256 random bits. The server keeps only its hash.',
);
const code = secret(
  shortText(LIMITS.secondFactor),
  'Six digits of the authenticator, or one of the recovery codes.',
);

export const ACCOUNTS_FROM_CLIENT = {
  register: {
    right: 'anyone',
    rate: 'sign',
    answers: ['auth_success'],
    sending: 'secret',
    alone: true,
    schema: v.object({
      type: type('register', 'Makes an account and logs in.'),
      name: accountName,
      password,
      ref,
    }),
  },
  login: {
    right: 'anyone',
    rate: 'sign',
    answers: ['auth_success', 'second_factor_required'],
    sending: 'secret',
    alone: true,
    schema: v.object({
      type: type('login', 'Proves with a password who the client is.'),
      name: accountName,
      password,
      device: v.optional(
        secret(
          v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
          'From an earlier auth_success on this device: guesses made elsewhere do not slow this login down.',
        ),
      ),
      ref,
    }),
  },
  second_factor: {
    right: 'anyone',
    rate: 'sign',
    answers: ['auth_success'],
    sending: 'secret',
    alone: true,
    schema: v.object({
      type: type('second_factor', 'The second proof, once the password was right.'),
      code,
      ref,
    }),
  },
  resume: {
    right: 'anyone',
    rate: 'ask',
    answers: ['auth_success'],
    sending: 'secret',
    alone: true,
    schema: v.object({ type: type('resume', 'Proves with an earlier login who the client is.'), token, ref }),
  },
  logout: {
    right: 'user',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    alone: true,
    schema: v.object({
      type: type('logout', 'Ends this login session; its token is worthless from now on.'),
      ref,
    }),
  },
  password: {
    right: 'user',
    rate: 'sign',
    answers: ['done'],
    sending: 'secret',
    schema: v.object({
      type: type('password', 'Changes the password and ends all other login sessions.'),
      old: password,
      new: password,
      ref,
    }),
  },
  sessions: {
    right: 'user',
    rate: 'ask',
    answers: ['sessions'],
    sending: 'read',
    schema: v.object({ type: type('sessions', 'Asks for the login sessions of this account.'), ref }),
  },
  revoke: {
    right: 'user',
    rate: 'ask',
    answers: ['done'],
    sending: 'change',
    schema: v.object({
      type: type('revoke', 'Ends a login session of this account, wherever it is.'),
      session: described(shortText(LIMITS.ref), 'Its id, or `others` for all but this one.'),
      ref,
    }),
  },
  totp_begin: {
    right: 'user',
    rate: 'sign',
    answers: ['totp'],
    sending: 'secret',
    schema: v.object({
      type: type('totp_begin', 'Asks for the secret of a second factor. It counts once it is confirmed.'),
      password,
      ref,
    }),
  },
  totp_confirm: {
    right: 'user',
    rate: 'sign',
    answers: ['recovery_codes'],
    sending: 'secret',
    schema: v.object({
      type: type('totp_confirm', 'Shows by a first code that the authenticator has the secret.'),
      code,
      ref,
    }),
  },
  totp_remove: {
    right: 'user',
    rate: 'sign',
    answers: ['done'],
    sending: 'secret',
    schema: v.object({
      type: type('totp_remove', 'Removes the second factor.'),
      password,
      ref,
    }),
  },
} as const satisfies ClientRows;

export const ACCOUNTS_FROM_SERVER = {
  auth_required: v.object({
    type: type('auth_required', 'Follows the welcome where there are accounts.'),
    mode: described(v.picklist(AUTH_MODES), 'optional: guests may talk, too; required: only accounts may.'),
    allowed: described(
      v.boolean(),
      'Whether passwords are accepted on this wire. On plain they are not, unless the operator allows it for a lesson.',
    ),
    register: described(v.boolean(), 'Whether new accounts can be made here.'),
    text: described(v.string(), 'The same in words.'),
  }),
  auth_success: v.object({
    type: type('auth_success', 'The server knows who this is. The client is in no room; it joins from here.'),
    ref,
    name: described(v.string(), 'The name the others see.'),
    role,
    token: secret(v.string(), 'Secret of this login session, for resume. Each resume gives a new one.'),
    session: described(v.string(), 'Public id of this login session, as in the list of sessions.'),
    expires: described(wholeNumber, 'When the token stops being valid: milliseconds since 1970-01-01 UTC.'),
    device: v.optional(
      secret(
        v.string(),
        'Secret of this device: when it is shown at the next login, guesses made elsewhere do not delay that login.',
      ),
    ),
    second_factor: described(v.boolean(), 'Whether the account has a second factor.'),
    recovery_left: v.optional(
      described(wholeNumber, 'Recovery codes not used yet; present when one was used just now.'),
    ),
  }),
  second_factor_required: v.object({
    type: type('second_factor_required', 'The password was right; now the code is needed.'),
    ref,
  }),
  auth_failed: v.object({
    type: type(
      'auth_failed',
      'The proof was not accepted. An unknown name and a wrong password give the same answer.',
    ),
    ref,
    code: described(v.string(), 'Which rule, from the table of error codes.'),
    message: described(v.string(), 'The same in words.'),
    retry_after: v.optional(described(wholeNumber, 'Seconds until the next try is accepted.')),
    suggestions: v.optional(
      described(v.array(v.string()), 'Better choices: free names, or a stronger password.'),
    ),
  }),
  sessions: v.object({
    type: type('sessions', 'The login sessions of this account.'),
    ref,
    sessions: described(
      v.array(
        v.object({
          id: described(v.string(), 'Public id, for revoke.'),
          created: ts,
          seen: described(wholeNumber, 'When it was last used: milliseconds since 1970-01-01 UTC.'),
          via,
          address: described(v.string(), 'Where it was last used from.'),
          connected: described(v.boolean(), 'Whether it is in use now.'),
          current: described(v.boolean(), 'Whether it is the session that asks.'),
        }),
      ),
      'Newest first.',
    ),
  }),
  totp: v.object({
    type: type('totp', 'The secret of a second factor, to be put into an authenticator.'),
    ref,
    secret: secret(v.string(), 'The secret in base32 (RFC 4648).'),
    uri: secret(v.string(), 'The same as an otpauth URI: the content of the QR code.'),
  }),
  recovery_codes: v.object({
    type: type('recovery_codes', 'The second factor is in force from now on.'),
    ref,
    codes: secret(
      v.array(v.string()),
      'Each works once in place of a code. The server keeps only their hashes.',
    ),
  }),
} as const;
