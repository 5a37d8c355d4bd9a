/** The file of a worker in `bin`: in the compiled program an entry beside the first, else the source. */
export function workerUrl(name: "ledger-worker" | "import-worker"): string {
  const isCompiled = import.meta.url.startsWith("file:///$bunfs/") || import.meta.url.includes("~BUN");
  return new URL(isCompiled ? `./${name}.js` : `../../../bin/${name}.ts`, import.meta.url).href;
}
