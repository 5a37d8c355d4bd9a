import { extname } from "node:path";

/** How `report` writes its answer. */
export type ReportFormat = "table" | "json" | "csv" | "html" | "oneline";

/** Formats that have a flag of their own; the table is what there is without one. */
export const FORMAT_FLAGS = ["json", "csv", "html", "oneline"] as const satisfies readonly ReportFormat[];

/** One text to write: to a file, or to stdout where `path` is undefined. */
export type Output = { readonly format: ReportFormat; readonly path: string | undefined };

const BY_EXTENSION: ReadonlyMap<string, ReportFormat> = new Map([
  [".json", "json"],
  [".csv", "csv"],
  [".html", "html"],
  [".htm", "html"],
  [".txt", "table"],
]);

/** What is to be written where, from the flags; a message where an extension does not say how, or two things are said. */
export function outputsOf(
  format: ReportFormat | undefined,
  paths: readonly string[],
):
  | { readonly kind: "outputs"; readonly outputs: readonly Output[] }
  | { readonly kind: "bad"; readonly message: string } {
  if (paths.length === 0) return { kind: "outputs", outputs: [{ format: format ?? "table", path: undefined }] };
  const outputs: Output[] = [];
  for (const path of paths) {
    const byName = BY_EXTENSION.get(extname(path).toLowerCase());
    const chosen = format ?? byName;
    if (chosen === undefined) {
      return { kind: "bad", message: `--output is "${path}", expected a name that ends in .json, .csv, .html or .txt` };
    }
    if (byName !== undefined && byName !== chosen && chosen !== "oneline") {
      return { kind: "bad", message: `--output is "${path}", which is not --${chosen}: leave one of them out` };
    }
    outputs.push({ format: chosen, path });
  }
  return { kind: "outputs", outputs };
}
