/** The token of the start link: moved from the address at once into this tab's session, and nowhere else. */
import { takeToken } from '../model/route.ts';
import { TOKEN_KEY } from '../../ui/held-token.ts';

/** Moves a token from the address to the session. Call it before anything else reads the address. */
export function adoptToken(): void {
  const { token, rest } = takeToken(location.hash);
  if (token === undefined) return;
  sessionStorage.setItem(TOKEN_KEY, token);
  history.replaceState(history.state, '', `${location.pathname}${location.search}${rest}`);
}
