/** The token of the start link, while this tab is open. It is in this tab's session, and nowhere else. */
export const TOKEN_KEY = 'wireglass-token';

export function heldToken(): string | undefined {
  return sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}
