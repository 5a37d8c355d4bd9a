import { expect, test } from "bun:test";
import { isSimulatedUrl, SIMULATED_PATH } from "../../lib/litellm/simulated.ts";

test.each([
  [`http://127.0.0.1:4000${SIMULATED_PATH}`, true],
  [`http://127.0.0.1:4000${SIMULATED_PATH.replace(/\/$/, "")}`, true],
  ["http://litellm:4000/metrics/", false],
  ["http://demo.example.org/metrics/", false],
  ["-", false],
])("whether numbers from %s are made up is %p", (url, is) => expect(isSimulatedUrl(url)).toBe(is));
