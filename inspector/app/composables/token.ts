/** The token of the start link: moved from the address at once into this tab's session, and nowhere else. */
import { takeToken } from '../model/route.ts';

const KEY = 'wireglass-token';

/** Moves a token from the address to the session. Call it before anything else reads the address. */
export function adoptToken(): void {
  const { token, rest } = takeToken(location.hash);
  if (token === undefined) return;
  sessionStorage.setItem(KEY, token);
  history.replaceState(history.state, '', `${location.pathname}${location.search}${rest}`);
}

export function heldToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}
