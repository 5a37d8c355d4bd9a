import { Hono } from "hono";
import { answerCoverage } from "../../query/coverage-answer.ts";
import { excerpt } from "../../query/excerpt.ts";
import { momentOf } from "../../query/question/asked-window.ts";
import { parseQuestion } from "../../query/question/parse-question.ts";
import { newestPageAt } from "../../store/read/state.ts";
import type { Answers } from "../answers/answers.ts";
import { sendError } from "../answers/json.ts";
import type { Keep } from "../answers/keep.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

const WORDS = ["period", "last", "since", "until", "timezone"];

/** What this file serves. */
export const COVERAGE_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/api/v1/coverage",
    parameters: WORDS,
    access: "key",
    help: "When of a stretch of time LiteLLM was observed, what is estimated, and when it restarted",
  },
];

/** `/api/v1/coverage`: when of a stretch of time LiteLLM was observed, and when it restarted. */
export function coverageRoutes(deps: ApiDeps, answers: Answers, keep: Keep): Hono {
  const newestScrape = keep(() => newestPageAt(deps.live().db));
  return new Hono().get("/api/v1/coverage", (context) => {
    const now = deps.now();
    const words = new Map(Object.entries(context.req.queries()));
    const unknown = [...words.keys()].find((word) => !WORDS.includes(word));
    if (unknown !== undefined) {
      return sendError(context, 400, { error: `Unknown parameter "${excerpt(unknown)}"`, available: WORDS });
    }
    const parsed = parseQuestion(words, deps.zone, now);
    if (parsed.kind === "bad") {
      const { kind: _, ...body } = parsed;
      return sendError(context, 400, body);
    }
    const { question, zone } = parsed;
    const newest = newestScrape() ?? now;
    const key = `coverage ${momentOf(question.span, now, newest, zone)} ${JSON.stringify(question.span)}`;
    return answers.send(context, key, () => answerCoverage(deps.live().db, question.span, now, zone));
  });
}
