import { CommanderError } from "commander";
import { EXIT } from "./exit-code.ts";
import { ClosedPipe } from "./io.ts";
import { type ProcessLike, processIo } from "./process-io.ts";
import { createProgram } from "./program.ts";

/** Runs the program with the arguments of a process; gives the exit code. Bugs throw. */
export async function main(process: ProcessLike): Promise<number> {
  const io = processIo(process);
  let code: number = EXIT.done;
  try {
    const program = createProgram(io, (result) => {
      code = result;
    });
    await program.parseAsync([...io.argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.done;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}
