import { checkClock } from "./checks/clock.ts";
import { checkDatabaseFile } from "./checks/database-file.ts";
import { checkDatabaseFolder } from "./checks/database-folder.ts";
import { checkDisk } from "./checks/disk.ts";
import { checkFileSystem } from "./checks/file-system.ts";
import { checkLedger } from "./checks/ledger.ts";
import { checkLiteLLM } from "./checks/litellm.ts";
import { checkMetrics } from "./checks/metrics.ts";
import { checkOtherDatabases } from "./checks/other-databases.ts";
import { checkServer } from "./checks/server.ts";
import { checkSettings } from "./checks/settings.ts";
import { checkTimeZone } from "./checks/time-zone.ts";
import { checkWorkers } from "./checks/workers.ts";
import { checkWriters } from "./checks/writers.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";

/** Judges what was found out; finds nothing where the check does not apply. */
type Check = (facts: Facts) => readonly Finding[];

/** Every check, in the order of its findings. */
const CHECKS: readonly Check[] = [
  checkSettings,
  checkLiteLLM,
  checkMetrics,
  checkWorkers,
  checkClock,
  checkTimeZone,
  checkDatabaseFile,
  checkDatabaseFolder,
  checkOtherDatabases,
  checkDisk,
  checkFileSystem,
  checkWriters,
  checkLedger,
  checkServer,
];

/** What all checks find. */
export function runChecks(facts: Facts): Finding[] {
  return CHECKS.flatMap((check) => check(facts));
}
