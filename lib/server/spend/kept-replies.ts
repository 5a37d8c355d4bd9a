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

/** Keeps replies of routes that say how long theirs hold, of one ledger. */
export function createKeptReplies(): KeptReplies {
  const keep = createPromisedKeep<Reply>({
    mostValues: MOST_REPLIES,
    mostSize: MOST_CHARACTERS,
    sizeOf: (reply) => (reply.kind === "text" && Array.isArray(reply.parts) ? reply.parts.join("").length : 0),
  });
  return async ({ route, query, caller }, { ledger, now }, make) => {
    if (route.holds === undefined) return make();
    const version = `${await ledger.version()} ${dayOf(now())}`;
    const period = route.holds === "names" ? Math.floor(now() / NAMES_KEPT_MS) : 0;
    return keep(version, JSON.stringify([route.path, period, caller, query]), async () => written(await make()));
  };
}

/** A reply that can be sent several times. */
async function written(reply: Reply): Promise<Reply> {
  switch (reply.kind) {
    case "value":
      return textReply(jsonText(reply.value).trimEnd(), reply.headers);
    case "text":
      return textReply((await Array.fromAsync(reply.parts)).join(""), reply.headers);
    case "problem":
      return reply;
    default:
      return reply satisfies never;
  }
}

function textReply(text: string, headers: Readonly<Record<string, string>> | undefined): Reply {
  return { kind: "text", parts: [text], ...(headers ? { headers } : {}) };
}
