const STORED = "litellm-pulse-key";

/** The key that was signed in with; it stays in the tab and goes with it. */
export function sessionKey(): string | undefined {
  return sessionStorage.getItem(STORED) ?? undefined;
}

/** Keeps a key for the tab, or forgets it. */
export function keepSessionKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(STORED);
  else sessionStorage.setItem(STORED, key);
}
