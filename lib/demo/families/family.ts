import type { RequestEvent } from "../event.ts";
import type { Label } from "../labels.ts";

/** How a request moves one series of a family; `undefined` leaves the family alone. */
export type Measure = (event: RequestEvent) => number | undefined;

/** What another value than `labelValue`'s a family shows in one of its labels. */
export type Overrides = Partial<Record<Label, (event: RequestEvent) => string | undefined>>;

/** One metric family of LiteLLM's: everything about it but its values. */
export type Family = {
  /** Without `_total`, as prometheus_client names a counter inside. */
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly Label[];
  /** Labels that releases after the recorded 1.82.6 added. */
  readonly newerLabels: readonly Label[];
  readonly overrides: Overrides;
  /** A counter grows by it, a gauge is set to it, a histogram observes it; families without it never get a series. */
  readonly measure: Measure | undefined;
  /** Boundaries of a histogram: LiteLLM's setting or the library's default. */
  readonly bounds: "latency" | "default";
  /** Value at the start of a gauge without labels. */
  readonly initial: number | undefined;
  /** Not on the page of 1.82.6. */
  readonly newer: boolean;
};

/** The labels that come in groups. */
export const CALLER = ["hashed_api_key", "api_key_alias", "team", "team_alias"] as const;
export const PERSON = [...CALLER, "end_user", "user"] as const;
export const CLIENT = ["client_ip", "user_agent"] as const;
export const DEPLOYMENT = ["litellm_model_name", "model_id", "api_base", "api_provider"] as const;
export const ORG = ["org_id", "org_alias"] as const;

const NOTHING_SPECIAL = {
  newerLabels: [],
  overrides: {},
  measure: undefined,
  bounds: "latency",
  initial: undefined,
  newer: false,
} as const;

type Extra = Partial<Omit<Family, "name" | "kind" | "help" | "labels">>;

/** A counter; `name` without `_total`. */
export function counter(name: string, help: string, labels: readonly Label[], extra: Extra = {}): Family {
  return { ...NOTHING_SPECIAL, name, kind: "counter", help, labels, ...extra };
}

/** A gauge. */
export function gauge(name: string, help: string, labels: readonly Label[], extra: Extra = {}): Family {
  return { ...NOTHING_SPECIAL, name, kind: "gauge", help, labels, ...extra };
}

/** A histogram. */
export function histogram(name: string, help: string, labels: readonly Label[], extra: Extra = {}): Family {
  return { ...NOTHING_SPECIAL, name, kind: "histogram", help, labels, ...extra };
}

/** Whether the client got its answer. */
export function succeeded(event: RequestEvent): boolean {
  return event.status === 200;
}

/** Measures 1 for each request that fits. */
export function countIf(fits: (event: RequestEvent) => boolean): Measure {
  return (event) => (fits(event) ? 1 : undefined);
}

/** Measures something of each successful request. */
export function ofSuccess(amount: (event: RequestEvent) => number): Measure {
  return (event) => (succeeded(event) ? amount(event) : undefined);
}

/** Measures something of each request where it is above zero. */
export function ifAny(amount: (event: RequestEvent) => number): Measure {
  return (event) => amount(event) || undefined;
}
