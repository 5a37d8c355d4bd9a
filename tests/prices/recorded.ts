import { createPrices, type Prices } from "../../lib/prices/prices.ts";
import { loadSnapshot } from "../../lib/prices/snapshot.ts";

const FIXTURES = new URL("../fixtures/prices/", import.meta.url);

/** A recorded body of `POST /spend/calculate` and what LiteLLM's `completion_cost` gave; null where it raised. */
export type RecordedResponse = {
  readonly body: { readonly model?: string; readonly usage?: unknown };
  readonly cost: number | null;
};

export type RecordedMessages = {
  readonly case: string;
  readonly model: string;
  readonly messages: readonly unknown[];
  readonly cost: number | null;
};

/** A recorded file of tests/fixtures/prices, parsed. */
export async function recordedJson<Content>(name: string): Promise<Content> {
  return Bun.file(new URL(name, FIXTURES)).json();
}

export async function recordedText(name: string): Promise<string> {
  return Bun.file(new URL(name, FIXTURES)).text();
}

/** Prices of the built-in map alone. */
export async function snapshotPrices(): Promise<Prices> {
  return createPrices([await loadSnapshot()]);
}
