import { startTakeOver } from "./old-database.ts";

/** Takes some steps of a take-over, says so, and then waits to be killed. */
const steps = startTakeOver(process.argv[2] ?? "");
for (let step = 0; step < 5; step++) steps.next();
process.stdout.write("ready\n");
setInterval(() => {}, 1000);
