import type { IntakeValue } from "../ledger/intake.ts";
import { createPause } from "../ledger/pause.ts";

/**
 * The values of a body as LiteLLM's `generic_api` callback sends it: a JSON list, one object, or an object a line
 * (`json_array`, `single`, `ndjson`; all three under the same content type). Undefined where nothing of it is JSON.
 */
export async function ingestValues(text: string): Promise<readonly IntakeValue[] | undefined> {
  const whole = parse(text);
  if ("value" in whole) {
    if (Array.isArray(whole.value)) return whole.value.map((value: unknown) => ({ value }));
    return typeof whole.value === "object" && whole.value !== null ? [whole] : undefined;
  }
  const pause = createPause();
  const values: IntakeValue[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    values.push(parse(line));
    await pause();
  }
  return values.some((each) => "value" in each) ? values : undefined;
}

function parse(text: string): IntakeValue {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { reason: "it is not JSON" };
  }
}
