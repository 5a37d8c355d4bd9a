import { fillMarkers } from "./fill-markers.ts";
import { docsTables } from "./tables.ts";

/** `make docs`: writes README's tables anew from the code. With `--check` only says whether they have drifted. */
async function main(isCheck: boolean): Promise<number> {
  const path = new URL("../../README.md", import.meta.url).pathname;
  const given = await Bun.file(path).text();
  const made = fillMarkers(given, docsTables());
  if (made === given) return 0;
  if (isCheck) {
    process.stderr.write("README's tables are not those of the code: run make docs\n");
    return 1;
  }
  await Bun.write(path, made);
  return 0;
}

main(process.argv.includes("--check")).then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  },
);
