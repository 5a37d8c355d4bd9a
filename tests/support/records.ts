import type { TestRecord } from "./ledger.ts";

/** A plain success, with what a test wants otherwise. */
export function recordWith(wish: Partial<TestRecord> & { readonly id: string; readonly at: number }): TestRecord {
  return {
    latencyMs: 800,
    firstTokenMs: Number.NaN,
    spend: 0.01,
    prompt: 100,
    completion: 20,
    status: 0,
    cache: 2,
    model: "gpt-4o",
    group: "smart",
    provider: "openai",
    key: "key-1",
    user: "ada",
    endUser: null,
    team: null,
    tags: null,
    session: null,
    ...wish,
  };
}
