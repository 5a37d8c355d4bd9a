import { type Context, Hono } from "hono";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { answerLedgerUsage } from "../../query/ledger-usage/answer.ts";
import { chooseSource } from "../../query/ledger-usage/choose.ts";
import { recordedTime, untilNow } from "../../query/ledger-usage/reach.ts";
import { rollupFor } from "../../query/ledger-usage/rollup.ts";
import { momentOf } from "../../query/question/asked-window.ts";
import { namesPeople, parseQuestion, QUESTION_PARAMETERS } from "../../query/question/parse-question.ts";
import { isBad } from "../../query/question/question-words.ts";
import { needsLedger, type UsageQuestion } from "../../query/question/usage-question.ts";
import { answerUsage } from "../../query/usage/answer.ts";
import { newestPageAt } from "../../store/read/state.ts";
import { maySeePeople, refusePeople } from "../access.ts";
import type { Answers } from "../answers/answers.ts";
import { sendError } from "../answers/json.ts";
import type { Keep } from "../answers/keep.ts";
import { createLedgerAnswers } from "../answers/ledger-answers.ts";
import { createPromisedKeep } from "../answers/promised-keep.ts";
import type { ApiDeps } from "../api.ts";
import { LedgerTrouble, type OpenLedger } from "../ledger-access.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

/** What this file serves. */
export const USAGE_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/api/v1/usage",
    parameters: QUESTION_PARAMETERS,
    access: "key for people",
    help: "What was used in a stretch of time, by what: the answer of report --json",
  },
];

/** `/api/v1/usage`: what was used in a stretch of time, by what. The question's words are those of `report`. */
export function usageRoutes(deps: ApiDeps, answers: Answers, keep: Keep): Hono {
  const newestScrape = keep(() => newestPageAt(deps.live().db));
  const reaches = keptReaches();
  const ledgerAnswer = ledgerAnswers(deps);
  return new Hono().get("/api/v1/usage", async (context) => {
    const now = deps.now();
    const parsed = parseQuestion(new Map(Object.entries(context.req.queries())), deps.zone, now);
    if (parsed.kind === "bad") {
      const { kind: _, unknown: __, ...body } = parsed;
      return sendError(context, 400, body);
    }
    const { question, zone } = parsed;
    const maySee = maySeePeople(context, deps);
    if ((namesPeople(question) || needsLedger(question)) && !maySee) return refusePeople(context);
    const reading = maySee ? await deps.ledger.reading() : undefined;
    if (needsLedger(question) && reading?.kind === "absent") {
      const { kind: _, status, ...body } = reading;
      return sendError(context, status, body);
    }
    if (reading?.kind === "open") {
      try {
        const hasMetrics = newestScrape() !== undefined;
        const reach = await reaches(reading, now);
        const source = chooseSource(reach, question, { now, zone, hasMetrics });
        if (source === "ledger") return await ledgerAnswer(context, reading, { question, zone, now, reach });
      } catch (error) {
        // A ledger that cannot be read only matters to a question that asks for it.
        if (!(error instanceof LedgerTrouble) || needsLedger(question)) throw error;
      }
    }
    const newestAt = newestScrape();
    // The day is part of the key, as it may begin at another moment than in the configured zone.
    const key = `usage ${momentOf(question.span, now, newestAt ?? now, zone)} ${JSON.stringify(question)}`;
    const response = answers.send(context, key, () => answerUsage(deps.live().db, question, now, zone, deps.budgets));
    if (newestAt !== undefined) response.headers.set("Last-Modified", new Date(newestAt).toUTCString());
    return response;
  });
}

/** Reads what time the ledger's records cover, once for each of its versions. */
function keptReaches(): (reading: OpenLedger, now: number) => Promise<Window | undefined> {
  const keep = createPromisedKeep<Window | undefined>({ mostValues: 1, mostSize: 1, sizeOf: () => 1 });
  return async ({ ledger, version }, now) =>
    untilNow(await keep(version, "recorded", () => ledger.snapshot(recordedTime)), now);
}

/** Answers from the ledger, each question once for each of its versions. */
function ledgerAnswers(deps: ApiDeps) {
  const answers = createLedgerAnswers();
  return async (
    context: Context,
    { ledger, version }: OpenLedger,
    { question, zone, now, reach }: { question: UsageQuestion; zone: Zone; now: number; reach: Window | undefined },
  ): Promise<Response> => {
    const possible = rollupFor(question);
    if (isBad(possible)) {
      const { kind: _, unknown: __, ...body } = possible;
      return sendError(context, 400, body);
    }
    const key = `${momentOf(question.span, now, reach?.to ?? now, zone)} ${JSON.stringify(question)}`;
    const response = await answers.send(context, version, key, () =>
      ledger.snapshot((state) => answerLedgerUsage(state, question, now, zone, deps.budgets)),
    );
    if (reach) response.headers.set("Last-Modified", new Date(reach.to).toUTCString());
    return response;
  };
}
