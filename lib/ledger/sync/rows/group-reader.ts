import { MOST_SPEND } from "../../../litellm/record-limits.ts";
import type { ByteTexts } from "../../batch/byte-texts.ts";
import { createGroupBatch, type GroupBatch } from "../../batch/group-batch.ts";
import { NULL_TEXT } from "../../batch/texts.ts";
import { int64At } from "../../postgres/wire.ts";
import type { SourceTable } from "../table/source-table.ts";
import type { FieldReader } from "./copy-decoder.ts";
import type { Oddities } from "./row-reader.ts";

const QUARTER_MS = 900_000;
const CAPACITY = 1024;
/** What a table may have to be grouped: with anything else, nearly every row would be a group of its own. */
const GROUPED_ROLES: ReadonlySet<string> = new Set(["id", "time", "spend", "model", "model_group", "provider"]);
const FIELDS = 7;

/** Whether the table says so little of a request that PostgreSQL can count them by quarters of an hour. */
export function isGroupable(table: SourceTable): boolean {
  return table.fields.every(({ role }) => GROUPED_ROLES.has(role));
}

/**
 * The question that counts the rows of a condition: quarter since 1970 (NULL without a time), model, group,
 * provider, rows, their spend, and how many had one that is no number or more than any request costs.
 */
export function groupsSql(table: SourceTable, where: string): string {
  const of = (role: string) => table.fields.find((field) => field.role === role)?.sql ?? "NULL::text";
  const time = of("time");
  // As far from 2000 as a row that comes alone may lie: neither infinite nor beyond all ages.
  const isTimed = `abs(date_part('epoch', ${time}) - 946684800) <= 9e9`;
  const seconds = `date_part('epoch', ${time} + interval '500 microseconds')`;
  const spend = `(${of("spend")})::float8`;
  // NaN is more than any number.
  const isNumber = `abs(${spend}) <= ${MOST_SPEND}`;
  return `SELECT CASE WHEN ${isTimed} THEN floor(${seconds} / 900)::int4 END, ${of("model")}, ${of("model_group")}, ${of("provider")},
    count(*), sum(${spend}) FILTER (WHERE ${isNumber}), count(${spend}) FILTER (WHERE NOT (${isNumber}))
    FROM ${table.sql} WHERE ${where} GROUP BY 1, 2, 3, 4`;
}

/** Puts what `groupsSql` gives into batches. */
export class GroupReader implements FieldReader {
  readonly starts = new Int32Array(FIELDS);
  readonly lengths = new Int32Array(FIELDS);
  readonly oddities: Oddities = { untimed: 0, spend: 0 };
  /** Rows of the table, the odd ones too. */
  rows = 0;
  readonly #texts: ByteTexts;
  readonly #onBatch: (batch: GroupBatch) => void;
  readonly #batch: GroupBatch;

  /** `onBatch` owns a batch until it returns. */
  constructor(texts: ByteTexts, onBatch: (batch: GroupBatch) => void) {
    this.#texts = texts;
    this.#onBatch = onBatch;
    this.#batch = createGroupBatch(texts.texts, CAPACITY);
  }

  /** Adds the group whose fields `starts` and `lengths` tell. */
  read(bytes: DataView): void {
    const [quarter = 0, , , , count = 0, spend = 0, odd = 0] = this.starts;
    const requests = int64At(bytes, count);
    this.rows += requests;
    if ((this.lengths[0] ?? -1) < 0) {
      this.oddities.untimed += requests;
      return;
    }
    this.oddities.spend += int64At(bytes, odd);
    const batch = this.#batch;
    const row = batch.length++;
    batch.at[row] = bytes.getInt32(quarter) * QUARTER_MS;
    batch.requests[row] = requests;
    batch.spend[row] = (this.lengths[5] ?? -1) < 0 ? 0 : bytes.getFloat64(spend);
    batch.model[row] = this.#text(bytes, 1);
    batch.modelGroup[row] = this.#text(bytes, 2);
    batch.provider[row] = this.#text(bytes, 3);
    if (batch.length === CAPACITY) this.finish();
  }

  finish(): void {
    if (this.#batch.length > 0) this.#onBatch(this.#batch);
    this.#batch.length = 0;
  }

  #text(bytes: DataView, field: number): number {
    const length = this.lengths[field] ?? -1;
    const from = this.starts[field] ?? 0;
    return length < 0 ? NULL_TEXT : this.#texts.numberOf(bytes, from, from + length);
  }
}
