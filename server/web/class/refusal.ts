/** Undefined if it was done, or else why it was not. */
export type Refusal = undefined | { readonly code: string; readonly message: string };
