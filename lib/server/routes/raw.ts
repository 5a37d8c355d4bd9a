import { Hono } from "hono";
import { cleanSum } from "../../query/clean-number.ts";
import type { Answers } from "../answers/answers.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** What this file serves. */
export const RAW_ROUTES: readonly RouteEntry[] = [
  { method: "GET", path: "/raw", access: "key", help: "Every sample name of LiteLLM's newest page with its sum" },
];

/** `/raw`: every sample name of the newest good page with the sum over its label sets; null where it is not a number. */
export function rawRoutes(deps: ApiDeps, answers: Answers): Hono {
  return new Hono().get("/raw", (context) =>
    answers.send(context, "raw", () =>
      Object.fromEntries([...deps.live().rawSums].map(([name, sum]) => [name, cleanSum(sum)])),
    ),
  );
}
