import { CommanderError } from "commander";
import { EXIT } from "./exit-code.ts";
import { ClosedPipe, type Io, UnwritableOutput } from "./io.ts";
import { type ProcessLike, processIo } from "./process-io.ts";
import { createProgram } from "./program/program.ts";
import { say } from "./say.ts";

/** Runs the program with the arguments of a process; gives the exit code. Bugs throw. */
export function main(process: ProcessLike): Promise<number> {
  return run(processIo(process));
}

/** Runs the program; gives the exit code. Bugs throw. */
export async function run(io: Io): Promise<number> {
  let code: number = EXIT.done;
  try {
    const program = createProgram(io, (result) => {
      code = result;
    });
    await program.parseAsync([...io.argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.done;
    if (error instanceof UnwritableOutput) {
      say(io, error.message);
      return EXIT.unexpected;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}
