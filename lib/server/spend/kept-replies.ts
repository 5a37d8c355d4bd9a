import type { LedgerReader } from "../../ledger/reader.ts";
import { jsonText } from "../../query/json-text.ts";
import type { Caller, Reply } from "../../query/spend/reply.ts";
import { dayOf } from "../../query/spend/utc-day.ts";
import { createPromisedKeep } from "../promised-keep.ts";
import type { Route } from "./declaration.ts";

/** How long names that LiteLLM may change at any time are taken as known. */
const NAMES_KEPT_MS = 5000;
const MOST_REPLIES = 500;
const MOST_CHARACTERS = 8_000_000;

/** Gives a reply again while nothing that it was made of can have changed. */
export type KeptReplies = (
  question: { readonly route: Route; readonly query: unknown; readonly caller: Caller },
  sources: { readonly ledger: LedgerReader; readonly now: () => number },
  make: () => Promise<Reply>,
) => Promise<Reply>;

/** Keeps the values of routes that say how long theirs hold, of one ledger. Texts that are streamed are made anew each time. */
export function createKeptReplies(): KeptReplies {
  const keep = createPromisedKeep<Kept | undefined>({
    mostValues: MOST_REPLIES,
    mostSize: MOST_CHARACTERS,
    sizeOf: (reply) => reply?.parts[0].length ?? 0,
  });
  return async ({ route, query, caller }, { ledger, now }, make) => {
    if (route.holds === undefined) return make();
    const version = `${await ledger.version()} ${dayOf(now())}`;
    const period = route.holds === "names" ? Math.floor(now() / NAMES_KEPT_MS) : 0;
    let own: Reply | undefined;
    const kept = await keep(version, JSON.stringify([route.path, period, caller, query]), async () => {
      own = await make();
      return own.kind === "value" ? written(own) : undefined;
    });
    return kept ?? own ?? make();
  };
}

type Kept = Extract<Reply, { kind: "text" }> & { readonly parts: readonly [string] };

/** A value that is written once, however often it is sent. */
function written({ value, headers }: Extract<Reply, { kind: "value" }>): Kept {
  return { kind: "text", parts: [jsonText(value).trimEnd()], ...(headers ? { headers } : {}) };
}
