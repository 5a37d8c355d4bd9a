import { expect, test } from "bun:test";
import { TARGETS } from "./targets/all.ts";
import { randomOf, tryOne } from "./try-target.ts";

const SEED = 1;
const TIMEOUT_MS = 120_000;

test.each(TARGETS.map((target) => [target.name, target] as const))(
  "whatever is given to %s, it neither fails nor shows its inside",
  async (name, target) => {
    await using open = await target.open();
    for (let index = 0; index < target.inTests; index++) {
      const tookMs = await tryOne(open, randomOf(SEED, name, index));
      expect(tookMs).toBeGreaterThanOrEqual(0);
    }
  },
  TIMEOUT_MS,
);
