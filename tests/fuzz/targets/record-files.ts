import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { readBatches } from "../../../lib/cli/ledger/import/import-reading.ts";
import { createImporter } from "../../../lib/ledger/import-records.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { openTestLedger } from "../../support/ledger.ts";
import { AS_OF } from "../../support/spend-api.ts";
import { mutate, mutateJson, nested } from "../mutate.ts";
import { below, oneOf, type Random, type Target } from "../target.ts";

const ROWS: readonly unknown[] = fixtureText("spend-api/rows.jsonl")
  .trim()
  .split("\n")
  .slice(0, 12)
  .map((line) => JSON.parse(line));
const READ_INTO_ONE = 150;
const PATIENCE_MS = 2000;
const encoder = new TextEncoder();

/** The rows in each form that a file of records may have. */
const FORMS: readonly ((rows: readonly unknown[]) => string)[] = [
  (rows) => rows.map((row) => JSON.stringify(row)).join("\n"),
  (rows) => JSON.stringify(rows),
  (rows) => JSON.stringify(rows, null, 2),
  (rows) => rows.map((row) => JSON.stringify(row, null, 1)).join("\n"),
  csvOf,
];

function csvOf(rows: readonly unknown[]): string {
  const names = Object.keys(ROWS[0] ?? {});
  const field = (value: unknown) =>
    typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : JSON.stringify(value ?? "");
  // A row is an object of its columns.
  const lines = rows.map((row) =>
    names.map((name) => field((row as Record<string, unknown> | null)?.[name])).join(","),
  );
  return [names.join(","), ...lines].join("\n");
}

/** A file: rows with other values in them, or bytes changed before or after packing. */
function anyFile(random: Random): { bytes: Uint8Array; isPacked: boolean } {
  const form = oneOf(random, FORMS);
  const rows = random() < 0.5 ? ROWS.map((row) => (random() < 0.5 ? mutateJson(row, random) : row)) : ROWS;
  let bytes: Uint8Array = encoder.encode(
    random() < 0.03 ? `[{"request_id":"x","request_tags":${nested(100_000)}}]` : form(rows),
  );
  if (random() < 0.7) bytes = mutate(bytes, random);
  const packing = below(random, 4);
  if (packing > 1) return { bytes, isPacked: false };
  const packed = packing === 0 ? gzipSync(bytes) : zstdCompressSync(bytes);
  return { bytes: random() < 0.5 ? packed : mutate(packed, random), isPacked: true };
}

/** Files of request records that were changed, read in pieces and counted. */
export const recordFilesTarget: Target = {
  name: "record files",
  inTests: 200,
  async open() {
    let ledger = openTestLedger();
    let read = 0;
    return {
      attempt(random) {
        const { bytes, isPacked } = anyFile(random);
        const size = oneOf(random, [7, 1000, 65_536]);
        return {
          input: bytes,
          async run() {
            if (read++ % READ_INTO_ONE === READ_INTO_ONE - 1) {
              ledger.db.close();
              ledger = openTestLedger();
            }
            const importer = createImporter(ledger, () => AS_OF);
            try {
              // A bit that is turned in packed data may make a gigabyte of them, which is read as long as anybody waits.
              await readBatches(
                { kind: "pieces", pieces: piecesOf(bytes, bytes.length / size > 1000 ? 65_536 : size) },
                {
                  onBatch: importer.take,
                  onBad: () => undefined,
                  onBytes: () => undefined,
                  signal: AbortSignal.timeout(PATIENCE_MS),
                },
              );
            } catch (error) {
              // Packed data that are damaged end in an error of the unpacking; the same text unpacked must not.
              if (!isPacked || isSound(bytes)) throw error;
            }
          },
        };
      },
      async [Symbol.asyncDispose]() {
        ledger.db.close();
      },
    };
  },
};

function isSound(bytes: Uint8Array): boolean {
  try {
    gunzipSync(bytes);
    return true;
  } catch {
    return false;
  }
}

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
