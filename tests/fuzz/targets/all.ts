import type { Target } from "../target.ts";
import { binaryTarget } from "./binary.ts";
import { databasesTarget } from "./databases.ts";
import { parserTarget } from "./parser.ts";
import { recordFilesTarget } from "./record-files.ts";
import { routesTarget } from "./routes.ts";
import { settingsTarget } from "./settings.ts";
import { spendRoutesTarget } from "./spend-routes.ts";

/** Everything that is fuzzed. */
export const TARGETS: readonly Target[] = [
  parserTarget,
  recordFilesTarget,
  routesTarget,
  spendRoutesTarget,
  settingsTarget,
  databasesTarget,
  binaryTarget,
];
