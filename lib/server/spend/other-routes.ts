import { answerForms } from "../answer-forms.ts";
import type { RouteAccess, RouteEntry } from "../route-entry.ts";

const ACCESS = {
  everyone: "Open to everyone.",
  key: "Needs the API key where one is set.",
  "key for people": "Needs the API key where one is set; off loopback never answers who used what without one.",
  people: "Needs a key, but on loopback.",
  ingest: "Takes the API key or LITELLM_PULSE_INGEST_KEY.",
} as const satisfies Record<RouteAccess, string>;

/** What the OpenAPI document says of a route beside LiteLLM's own. */
export type OtherOperation = {
  readonly method: RouteEntry["method"];
  /** As OpenAPI writes it: `/badge/{name}`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly string[];
  readonly isOpen: boolean;
  readonly answer: { readonly type: string; readonly schema: object };
};

/** The routes that are not of LiteLLM's spend API, as its document describes them. */
export function otherOperations(entries: readonly RouteEntry[]): OtherOperation[] {
  const forms = answerForms();
  return entries.map(({ method, path, help, access, parameters = [] }) => ({
    method,
    path: path.replace(/:(\w+)/g, "{$1}"),
    summary: help,
    description: ACCESS[access],
    parameters,
    isOpen: access === "everyone",
    answer: forms.get(path) ?? { type: "application/json", schema: {} },
  }));
}
