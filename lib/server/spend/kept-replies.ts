import type { LedgerReader } from "../../ledger/spend/reader.ts";
import { jsonText } from "../../query/json-text.ts";
import type { Caller, Reply } from "../../query/spend/reply.ts";
import { dayOf } from "../../query/spend/utc-day.ts";
import type { Route } from "./declaration.ts";

/** How long names that LiteLLM may change at any time are taken as known. */
const NAMES_KEPT_MS = 5000;
const MOST_REPLIES = 500;
const MOST_CHARACTERS = 8_000_000;

/** Gives a reply again while nothing that it was made of can have changed. */
export type KeptReplies = (
  question: { readonly route: Route; readonly query: unknown; readonly caller: Caller },
  sources: { readonly ledger: LedgerReader; readonly now: () => number },
  make: () => Reply | Promise<Reply>,
) => Promise<Reply>;

/** Keeps replies of routes that say how long theirs hold, of one ledger. */
export function createKeptReplies(): KeptReplies {
  let version = "";
  let characters = 0;
  const kept = new Map<string, Reply>();
  const clear = () => {
    kept.clear();
    characters = 0;
  };
  return async ({ route, query, caller }, { ledger, now }, make) => {
    if (route.holds === undefined) return make();
    const stateOf = () => `${ledger.version()} ${dayOf(now())}`;
    const current = stateOf();
    if (current !== version) {
      version = current;
      clear();
    }
    const period = route.holds === "names" ? Math.floor(now() / NAMES_KEPT_MS) : 0;
    const key = JSON.stringify([route.path, period, caller, query]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = await make();
    if (made.kind !== "value") return made;
    const text = jsonText(made.value);
    const reply: Reply = { kind: "text", parts: [text.trimEnd()], ...(made.headers ? { headers: made.headers } : {}) };
    if (kept.size >= MOST_REPLIES || characters + text.length > MOST_CHARACTERS) clear();
    // What was written while this was made belongs to the next version.
    if (version === current && stateOf() === current) {
      kept.set(key, reply);
      characters += text.length;
    }
    return reply;
  };
}
