import * as v from "valibot";
import type { SpendCalculation } from "../../../prices/spend-calculate.ts";
import { cleanSum } from "../../../query/clean-number.ts";
import { type Reply, valueReply } from "../../../query/spend/reply.ts";
import { declareLoneRoute, type Route } from "../declaration.ts";
import { nothing } from "../parameters.ts";
import { dollars } from "../shapes.ts";

/** What a request will cost or did cost. */
export const calculateRoutes: readonly Route[] = [
  declareLoneRoute({
    method: "POST",
    path: "/spend/calculate",
    summary: "What messages to a model will cost, or what a response did cost, in USD",
    access: "everyone",
    query: nothing,
    // The price module checks the body, as it knows LiteLLM's messages for what it refuses.
    body: v.looseObject({}),
    answer: v.object({ cost: dollars }),
    reply: async ({ body }, { calculate }) => replyOf(await calculate(body)),
  }),
];

function replyOf(calculation: SpendCalculation): Reply {
  switch (calculation.kind) {
    case "cost": {
      // A price may be smaller than what money is rounded to elsewhere.
      const answer = { cost: cleanSum(calculation.cost) };
      return calculation.estimated ? valueReply(answer, { "x-litellm-pulse-estimated": "1" }) : valueReply(answer);
    }
    case "invalid":
      return { kind: "problem", status: 400, error: calculation.message };
    case "unpriced":
      return {
        kind: "problem",
        status: 400,
        error: calculation.message,
        hint: "Name a model of LiteLLM's price map, or give its prices in LITELLM_PULSE_PRICES_FILE",
      };
    default:
      return calculation satisfies never;
  }
}
