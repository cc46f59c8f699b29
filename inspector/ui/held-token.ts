/** What lets this page in: the token of the start link, or that of a device that has joined a class. */

/** The token of the start link, while this tab is open. It is in this tab's session, and nowhere else. */
export const TOKEN_KEY = 'wireglass-token';
/** The token of a device: in this browser until the person leaves the class. */
const DEVICE_KEY = 'wireglass-device-token';

export function heldToken(): string | undefined {
  return kept('sessionStorage', TOKEN_KEY) ?? kept('localStorage', DEVICE_KEY) ?? undefined;
}

/** Whether the token is that of a device, which only students have. */
export function isStudentDevice(): boolean {
  return kept('sessionStorage', TOKEN_KEY) === null && kept('localStorage', DEVICE_KEY) !== null;
}

/** A browser may refuse to say what it keeps: then it has kept no token either. */
function kept(storage: 'sessionStorage' | 'localStorage', key: string): string | null {
  try {
    return globalThis[storage].getItem(key);
  } catch {
    return null;
  }
}

/** Whoever has just joined comes in by that, even in a tab that was opened with a start link once. */
export function keepDeviceToken(token: string): void {
  sessionStorage.removeItem(TOKEN_KEY);
  localStorage.setItem(DEVICE_KEY, token);
}

export function forgetDeviceToken(): void {
  localStorage.removeItem(DEVICE_KEY);
}
