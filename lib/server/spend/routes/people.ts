import * as v from "valibot";
import { readKeys, readUsers } from "../../../ledger/litellm/people.ts";
import { noDatabase, noTable, rowsReply, valueReply } from "../../../query/spend/reply.ts";
import { declareRoute, type Route } from "../declaration.ts";
import { nothing, optionalText } from "../parameters.ts";
import { row } from "../shapes.ts";

/** Rows of LiteLLM's keys and users, and the two routes that write in LiteLLM. */
export const peopleRoutes: readonly Route[] = [
  declareRoute({
    method: "GET",
    path: "/spend/keys",
    summary: "LiteLLM's virtual keys, highest spend first",
    access: "admin",
    query: nothing,
    body: nothing,
    answer: v.array(row),
    reply: async (_, { litellm }) => {
      if (litellm === undefined) return noDatabase();
      const keys = await readKeys(litellm);
      return keys === undefined ? noTable("LiteLLM_VerificationToken") : rowsReply(keys.rows, keys.isTruncated);
    },
  }),
  declareRoute({
    method: "GET",
    path: "/spend/users",
    summary: "LiteLLM's users with the aliases of their keys, highest spend first, or one of them",
    access: "admin",
    query: v.object({ user_id: optionalText("the id of a user") }),
    body: nothing,
    answer: v.array(row),
    reply: async ({ query }, { litellm }) => {
      if (litellm === undefined) return noDatabase();
      const users = await readUsers(litellm, query.user_id);
      return users === undefined ? noTable("LiteLLM_UserTable") : rowsReply(users.rows, users.isTruncated);
    },
  }),
  declareRoute({
    method: "POST",
    path: "/global/spend/reset",
    summary: "Refused: nothing here ever writes in LiteLLM's tables",
    access: "admin",
    query: nothing,
    body: nothing,
    answer: v.never(),
    reply: () => ({
      kind: "problem",
      status: 403,
      error: "Spend is not reset here: this program only reads LiteLLM's tables",
      hint: "Ask LiteLLM itself: POST /global/spend/reset",
    }),
  }),
  declareRoute({
    method: "POST",
    path: "/global/spend/refresh",
    summary: "Asks for a run of the ledger now; null where it follows no database",
    access: "admin",
    query: nothing,
    body: nothing,
    answer: v.nullable(v.object({ message: v.string(), status: v.string() })),
    reply: (_, { refresh }) => {
      if (refresh === undefined) return valueReply(null);
      refresh();
      return valueReply({ message: "A run of the spend ledger was asked for", status: "success" });
    },
  }),
];
