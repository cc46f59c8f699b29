/** Who looks at the records. */

export const ROLES = ['keys', 'eve', 'server'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_TEXTS: Readonly<
  Record<Role, { readonly label: string; readonly spoken: string; readonly title: string }>
> = {
  keys: { label: 'With keys', spoken: 'with keys', title: 'Everything that the secrets of this page open' },
  eve: { label: 'As Eve', spoken: 'as Eve', title: 'What somebody has who only listens' },
  server: {
    label: 'As the server',
    spoken: 'as the server',
    title: 'What the end of the server has, and what it keeps',
  },
};

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}
