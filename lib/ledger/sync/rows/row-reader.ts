import { MOST_SPEND, MOST_TOKENS } from "../../../litellm/record-limits.ts";
import { ROLES, type Role } from "../../../litellm/record-roles.ts";
import type { ByteTexts } from "../../batch/byte-texts.ts";
import { IdentityHash } from "../../batch/identity.ts";
import { createBatch, type SpendBatch } from "../../batch/spend-batch.ts";
import { NULL_TEXT } from "../../batch/texts.ts";
import { int64At, millisecondsOf, wholeAt } from "../../postgres/wire.ts";
import type { Selected, Wire } from "../table/expressions.ts";
import type { FieldReader } from "./copy-decoder.ts";

/** What makes a record itself: its id, or id and time together where ids may begin anew. */
export type IdentityKind = "id" | "id and time";

/** `none` where nobody will ask for the identities of the rows: hashing them takes time. */
type WantedIdentity = IdentityKind | "none";

/** Rows that are counted in another way than they stand there. */
export type Oddities = {
  /** Without a time, or with an infinite one: left out. */
  untimed: number;
  /** Spend that is NaN, or more than any request costs: counted as 0. */
  spend: number;
};

const DAY_MS = 86_400_000;
/** The four bytes at the beginning and at the end of `failure`. */
const FAIL = 0x66_61_69_6c;
const LURE = 0x6c_75_72_65;

/** How a reader makes batches. */
export type ReaderOptions = {
  readonly identity: WantedIdentity;
  /** Numbers the texts of every batch. */
  readonly texts: ByteTexts;
  /** Rows in a batch. */
  readonly capacity: number;
  /** Gets each batch that is full, and owns it until it returns: its columns are used again. */
  readonly onBatch: (batch: SpendBatch) => void;
  /** Whether a batch holds rows of one UTC day only, where the rows do not come by time. */
  readonly isByDay?: boolean;
  /** Whether the id of the newest row is kept. */
  readonly keepsIds?: boolean;
};

/** Puts rows of fields in the binary format into batches. */
export class RowReader implements FieldReader {
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  readonly oddities: Oddities = { untimed: 0, spend: 0 };
  /** Rows read, the odd ones too. */
  rows = 0;
  /** Time of the newest row in PostgreSQL's microseconds, and its id where ids are kept. */
  lastMicros = Number.NaN;
  lastId = "";
  readonly #options: ReaderOptions;
  readonly #batches = new Map<number, SpendBatch>();
  readonly #identity = new IdentityHash();
  readonly #at: Readonly<Record<Role, number>>;
  readonly #wires: readonly Wire[];
  #day = 0;
  #batch: SpendBatch;

  constructor(fields: readonly Selected[], options: ReaderOptions) {
    this.#options = options;
    this.starts = new Int32Array(fields.length);
    this.lengths = new Int32Array(fields.length);
    this.#wires = fields.map(({ wire }) => wire);
    const places = ROLES.map((role) => [role, fields.findIndex((field) => field.role === role)]);
    this.#at = Object.fromEntries(places) as Record<Role, number>; // One entry a role, by the line above.
    this.#batch = this.#batchOf(0);
  }

  /** Gives away what the batches still hold. */
  finish(): void {
    for (const batch of this.#batches.values()) this.#give(batch);
  }

  #give(batch: SpendBatch): void {
    if (batch.length > 0) this.#options.onBatch(batch);
    batch.length = 0;
  }

  #batchOf(day: number): SpendBatch {
    const known = this.#batches.get(day);
    if (known !== undefined) return known;
    const batch = createBatch(this.#options.texts.texts, this.#options.capacity);
    this.#batches.set(day, batch);
    return batch;
  }

  /** Adds the row whose fields `starts` and `lengths` tell. */
  read(bytes: DataView): void {
    this.rows += 1;
    const at = this.#at;
    if (this.#options.keepsIds) this.lastId = this.#idText(bytes);
    this.lastMicros = this.#micros(bytes, at.time);
    const began = millisecondsOf(this.lastMicros);
    if (Number.isNaN(began)) {
      this.oddities.untimed += 1;
      return;
    }
    const startedAt = Math.round(began);
    if (this.#options.isByDay) this.#turnTo(Math.floor(startedAt / DAY_MS));
    const batch = this.#batch;
    const row = batch.length;
    batch.startedAt[row] = startedAt;
    batch.latencyMs[row] = since(began, millisecondsOf(this.#micros(bytes, at.end)));
    batch.firstTokenMs[row] = since(began, millisecondsOf(this.#micros(bytes, at.first_token)));
    batch.spend[row] = this.#money(bytes);
    const prompt = this.#count(bytes, at.prompt_tokens);
    const completion = this.#count(bytes, at.completion_tokens);
    batch.promptTokens[row] = prompt;
    batch.completionTokens[row] = completion;
    batch.totalTokens[row] = at.total_tokens < 0 ? prompt + completion : this.#count(bytes, at.total_tokens);
    batch.status[row] = this.#isFailure(bytes, at.status) ? 1 : 0;
    batch.cache[row] = this.#cache(bytes, at.cache);
    batch.model[row] = this.#text(bytes, at.model);
    batch.modelGroup[row] = this.#text(bytes, at.model_group);
    batch.provider[row] = this.#text(bytes, at.provider);
    batch.key[row] = this.#text(bytes, at.key);
    batch.user[row] = this.#text(bytes, at.user);
    batch.endUser[row] = this.#text(bytes, at.end_user);
    batch.team[row] = this.#text(bytes, at.team);
    batch.tags[row] = this.#text(bytes, at.tags);
    this.#session(bytes, at.session, batch);
    if (this.#options.identity !== "none") this.#identify(bytes, at.id, batch, began);
    batch.length = row + 1;
    if (batch.length === this.#options.capacity) this.#give(batch);
  }

  #turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#batch = this.#batchOf(day);
  }

  #idText(bytes: DataView): string {
    const field = this.#at.id;
    const from = this.starts[field] ?? 0;
    if (this.#wires[field] === "int4") return String(bytes.getInt32(from));
    if (this.#wires[field] === "int8") return String(wholeAt(bytes, from));
    const length = Math.max(0, this.lengths[field] ?? 0);
    return new TextDecoder().decode(new Uint8Array(bytes.buffer, bytes.byteOffset + from, length));
  }

  #identify(bytes: DataView, field: number, batch: SpendBatch, began: number): void {
    const from = this.starts[field] ?? 0;
    const at = this.#options.identity === "id" ? undefined : began;
    const wire = this.#wires[field];
    if (wire === "int4") this.#identity.ofWhole(bytes.getInt32(from), at);
    else if (wire === "int8") this.#identity.ofWhole(wholeAt(bytes, from), at);
    else this.#identity.ofBytes(bytes, from, from + Math.max(0, this.lengths[field] ?? 0), at);
    batch.identityHigh[batch.length] = this.#identity.high;
    batch.identityLow[batch.length] = this.#identity.low;
  }

  #session(bytes: DataView, field: number, batch: SpendBatch): void {
    const length = this.lengths[field] ?? -1;
    if (length > 0) {
      const from = this.starts[field] ?? 0;
      this.#identity.ofBytes(bytes, from, from + length);
    }
    batch.sessionHigh[batch.length] = length > 0 ? this.#identity.high : 0;
    batch.sessionLow[batch.length] = length > 0 ? this.#identity.low : 0;
  }

  #micros(bytes: DataView, field: number): number {
    return (this.lengths[field] ?? -1) < 0 ? Number.NaN : int64At(bytes, this.starts[field] ?? 0);
  }

  #number(bytes: DataView, field: number): number {
    if ((this.lengths[field] ?? -1) < 0) return 0;
    const from = this.starts[field] ?? 0;
    const wire = this.#wires[field];
    return wire === "int4" ? bytes.getInt32(from) : wire === "int8" ? int64At(bytes, from) : bytes.getFloat64(from);
  }

  #money(bytes: DataView): number {
    const spend = this.#number(bytes, this.#at.spend);
    if (Math.abs(spend) <= MOST_SPEND) return spend;
    this.oddities.spend += 1;
    return 0;
  }

  #count(bytes: DataView, field: number): number {
    const count = Math.round(this.#number(bytes, field));
    // The ledger keeps whole numbers; what is none, or more than any request has, counts nothing.
    return Math.abs(count) <= MOST_TOKENS ? count : 0;
  }

  #text(bytes: DataView, field: number): number {
    const length = this.lengths[field] ?? -1;
    if (length < 0) return NULL_TEXT;
    const from = this.starts[field] ?? 0;
    return this.#options.texts.numberOf(bytes, from, from + length);
  }

  #isFailure(bytes: DataView, field: number): boolean {
    if ((this.lengths[field] ?? -1) !== "failure".length) return false;
    const from = this.starts[field] ?? 0;
    return bytes.getInt32(from) === FAIL && bytes.getInt32(from + 3) === LURE;
  }

  /** `True` and `False` of Python, `true` and `false` of a column of type boolean; anything else says nothing. */
  #cache(bytes: DataView, field: number): number {
    const length = this.lengths[field] ?? -1;
    if (length !== 4 && length !== 5) return 0;
    const first = bytes.getUint8(this.starts[field] ?? 0) | 0x20;
    return length === 4 && first === 0x74 ? 1 : length === 5 && first === 0x66 ? 2 : 0;
  }
}

function since(began: number, ended: number): number {
  return ended >= began ? ended - began : Number.NaN;
}
