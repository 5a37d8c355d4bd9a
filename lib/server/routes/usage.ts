import { Hono } from "hono";
import { namesPeople, parseQuestion } from "../../query/parse-question.ts";
import { answerUsage } from "../../query/usage.ts";
import { maySeePeople, refuse } from "../access.ts";
import type { Answers } from "../answers.ts";
import type { ApiDeps } from "../api.ts";
import { sendError } from "../errors.ts";

/** `/api/v1/usage`: what was used in a stretch of time, by what. The question's words are those of `report`. */
export function usageRoutes(deps: ApiDeps, answers: Answers): Hono {
  return new Hono().get("/api/v1/usage", (context) => {
    const parsed = parseQuestion(new Map(Object.entries(context.req.queries())), deps.zone);
    if (parsed.kind === "bad") {
      const { kind: _, ...body } = parsed;
      return sendError(context, 400, body);
    }
    const { question, zone } = parsed;
    if (namesPeople(question) && !maySeePeople(context, deps)) return refuse(context, "This answer names people");
    return answers.send(context, `usage ${zone.name} ${JSON.stringify(question)}`, () =>
      answerUsage(deps.live().db, question, deps.now(), zone),
    );
  });
}
