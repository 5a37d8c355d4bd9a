import type { LiteLLMDatabase } from "../../ledger/litellm/database.ts";
import { findVirtualKey, type VirtualKey } from "../../ledger/litellm/virtual-key.ts";
import type { Caller } from "../../query/spend/reply.ts";
import { keyToken } from "./key-hash.ts";

/** How long what is known of a key counts: a key that is blocked while serving is refused after that. */
const KEPT_MS = 5000;
const MOST_KEPT = 10_000;

/** Who a virtual key is: a caller, one without rights here, or nobody. */
type KeyReading = { readonly kind: "caller"; readonly caller: Caller } | { readonly kind: "powerless" | "unknown" };

type Kept = { readonly at: number; readonly key: VirtualKey | undefined };

/** Reads virtual keys from LiteLLM's own tables. */
export type VirtualKeys = {
  /** Who a key is, if that is known without asking; only ever of a good key. */
  known(key: string): KeyReading | undefined;
  /** Who a key is. @throws whatever the database's client throws. */
  read(key: string): Promise<KeyReading>;
};

/** Keeps what was read for a few seconds, under the key's hash. */
export function createVirtualKeys(database: LiteLLMDatabase, now: () => number): VirtualKeys {
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<VirtualKey | undefined>>();
  const fresh = (token: string): Kept | undefined => {
    const found = kept.get(token);
    return found !== undefined && Math.abs(now() - found.at) < KEPT_MS ? found : undefined;
  };
  const ask = (token: string): Promise<VirtualKey | undefined> => {
    const already = running.get(token);
    if (already !== undefined) return already;
    const at = now();
    const asking = findVirtualKey(database, token)
      .then((key) => {
        if (kept.size >= MOST_KEPT) kept.clear();
        kept.set(token, { at, key });
        return key;
      })
      .finally(() => running.delete(token));
    running.set(token, asking);
    return asking;
  };
  return {
    known(key) {
      const found = fresh(keyToken(key));
      if (found?.key === undefined) return undefined;
      const reading = readingOf(found.key, now());
      return reading.kind === "unknown" ? undefined : reading;
    },
    async read(key) {
      const token = keyToken(key);
      const found = fresh(token);
      return readingOf(found === undefined ? await ask(token) : found.key, now());
    },
  };
}

/** A blocked or expired key is unknown; a key is powerless where LiteLLM gives its user's role no rights. */
function readingOf(key: VirtualKey | undefined, now: number): KeyReading {
  if (key === undefined || key.isBlocked || (key.expiresAt !== undefined && key.expiresAt <= now)) {
    return { kind: "unknown" };
  }
  switch (key.role) {
    case "proxy_admin":
    case "proxy_admin_viewer":
      return { kind: "caller", caller: { kind: "admin" } };
    case "internal_user":
    case "internal_user_viewer":
      return key.userId === undefined
        ? { kind: "powerless" }
        : { kind: "caller", caller: { kind: "user", userId: key.userId } };
    default:
      return { kind: "powerless" };
  }
}
