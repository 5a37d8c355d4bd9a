import { readFileSync } from "node:fs";

const FOLDER = new URL("../fixtures/", import.meta.url);

/** The bytes of a recorded file, by its path below the fixtures' folder; names that end in `.gz` are unpacked. */
export function fixture(path: string): Uint8Array {
  const bytes = readFileSync(new URL(path, FOLDER));
  return path.endsWith(".gz") ? Bun.gunzipSync(bytes) : bytes;
}

/** Where a recorded file lies, by its path below the fixtures' folder. */
export function fixturePath(path: string): string {
  return new URL(path, FOLDER).pathname;
}

export function fixtureText(path: string): string {
  return new TextDecoder().decode(fixture(path));
}
