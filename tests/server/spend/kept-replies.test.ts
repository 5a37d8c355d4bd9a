import { expect, test } from "bun:test";
import type { LedgerReader } from "../../../lib/ledger/reader.ts";
import type { Reply } from "../../../lib/query/spend/reply.ts";
import { createKeptReplies } from "../../../lib/server/spend/kept-replies.ts";
import { SPEND_ROUTES } from "../../../lib/server/spend/routes/all.ts";

const route = SPEND_ROUTES.find(({ holds }) => holds === "names");
if (route === undefined) throw new Error("No route keeps names");

/** Asks the same question so many times, once the one before is answered or all at once. */
async function replies(make: () => Promise<Reply>, how: "one after another" | "at once", versions = ["1"]) {
  let asked = 0;
  const ledger: LedgerReader = {
    version: async () => versions[Math.min(asked++, versions.length - 1)] ?? "",
    snapshot: () => Promise.reject(new Error("Nothing is asked of the ledger here")),
    close: async () => {},
  };
  const keep = createKeptReplies();
  const ask = () => keep({ route, query: {}, caller: { kind: "admin" } } as never, { ledger, now: () => 0 }, make);
  if (how === "at once") return Promise.all([ask(), ask(), ask()]);
  return [await ask(), await ask(), await ask()];
}

test.each(["one after another", "at once"] as const)("a value is made once for questions %s", async (how) => {
  let made = 0;
  const found = await replies(async () => ({ kind: "value", value: ++made }), how);
  expect(made).toBe(1);
  expect(new Set(found).size).toBe(1);
});

test.each(["one after another", "at once"] as const)("a text that is streamed is never shared: %s", async (how) => {
  let made = 0;
  const make = async (): Promise<Reply> => ({ kind: "text", parts: [String(++made)] });
  const found = await replies(make, how);
  expect(found.map((reply) => (reply.kind === "text" ? reply.parts : [])).toSorted()).toEqual([["1"], ["2"], ["3"]]);
});

test("a refusal is found out anew each time, and a change of the ledger ends what is kept", async () => {
  let made = 0;
  await replies(async () => {
    made++;
    return { kind: "problem", status: 503, error: "away" };
  }, "one after another");
  expect(made).toBe(3);
  await replies(async () => ({ kind: "value", value: ++made }), "one after another", ["1", "1", "2"]);
  expect(made).toBe(5);
});
