import { expect, test } from "bun:test";
import { recordColumns } from "../../lib/litellm/record-columns.ts";

test.each([
  [
    "upper case",
    ["REQUEST_ID", "STARTTIME", "CUSTOM_LLM_PROVIDER"],
    ["request_id", "startTime", "custom_llm_provider"],
  ],
  [
    "lower case",
    ["request_id", "starttime", "completionstarttime"],
    ["request_id", "startTime", "completionStartTime"],
  ],
  ["words", ["Request ID", "start_time", "End Time"], ["request_id", "startTime", "endTime"]],
  [
    "the names of cost_logs",
    ["ID", "Provider", "cost usd", "CREATED_AT"],
    ["id", "provider", "cost_usd", "created_at"],
  ],
  ["a right name beside such a one", ["start_time", "startTime"], ["start_time", "startTime"]],
  ["one name in two cases", ["SPEND", "Spend"], ["spend", "Spend"]],
  ["names that nobody knows", ["__proto__", "", "Größe"], ["__proto__", "", "Größe"]],
])("of columns of a file, %s", (_, given, expected) => {
  expect(recordColumns(given)).toEqual(expected);
});
