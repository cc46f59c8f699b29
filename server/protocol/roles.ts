/** The roles, from the one that may do least to the one that may do most; and whether an account is needed at all. */

export const ROLES = ['guest', 'user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Roles an account can have. */
export const ACCOUNT_ROLES = ['user', 'moderator', 'admin'] as const satisfies readonly Role[];
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** guests: there are no accounts; optional: guests and accounts; required: nobody can talk without an account. */
export const AUTH_MODES = ['guests', 'optional', 'required'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** Whether `role` is at least `least`. */
export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
