import { MOST_SPEND, MOST_TOKENS } from "../../litellm/record-limits.ts";
import { FAILED_AT } from "../../litellm/spend-record.ts";
import { ByteTexts } from "../batch/byte-texts.ts";
import { IdentityHash } from "../batch/identity.ts";
import type { SpendBatch } from "../batch/spend-batch.ts";
import { NULL_TEXT, type Texts } from "../batch/texts.ts";
import { FieldScanner, KIND } from "./field-scanner.ts";
import { numberAt, PlainInstants } from "./plain-scalars.ts";

/** Where each field that `readSpendRecord` reads of a row of `LiteLLM_SpendLogs` stands among `NAMES`. */
const AT = {
  ...{ id: 0, start: 1, end: 2, firstToken: 3, spend: 4, prompt: 5, completion: 6, total: 7, status: 8, cache: 9 },
  ...{ model: 10, group: 11, provider: 12, key: 13, user: 14, endUser: 15, team: 16, tags: 17, session: 18 },
} as const;
const NAMES: readonly string[] = [
  ...["request_id", "startTime", "endTime", "completionStartTime", "spend"],
  ...["prompt_tokens", "completion_tokens", "total_tokens", "status", "cache_hit"],
  ...["model", "model_group", "custom_llm_provider", "api_key", "user"],
  ...["end_user", "team_id", "request_tags", "session_id"],
];

const FIRST_AT = Date.UTC(2000, 0, 1);
const LAST_AT = Date.UTC(2100, 0, 1);
const OPEN_LIST = 91;
/** The letters of `failure`, `true` and `false`. */
const FAILURE = [102, 97, 105, 108, 117, 114, 101];
const TRUE = [116, 114, 117, 101];
const FALSE = [102, 97, 108, 115, 101];
/** Stands for a field that is not plain: only parsing can tell what it says. No field's own value is negative. */
const ODD = -1;

/**
 * Takes rows of `LiteLLM_SpendLogs` from lines of JSON where they lie, if they are written as LiteLLM, PostgreSQL and
 * Python write them. What it takes is what `JSON.parse`, `readSpendRecord` and `appendRecord` would have made of it.
 */
export class PlainRows {
  readonly #scanner = new FieldScanner(NAMES);
  readonly #instants = new PlainInstants();
  readonly #hash = new IdentityHash();
  readonly #texts: ByteTexts;
  /** Lists, and texts that have escapes, by how they are written. */
  readonly #written: ByteTexts;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** `texts` numbers the texts of the batches. */
  constructor(texts: Texts) {
    this.#texts = new ByteTexts(texts);
    this.#written = new ByteTexts(texts, (json) => {
      const value: unknown = JSON.parse(json);
      return typeof value === "string" ? value : JSON.stringify(value);
    });
  }

  /**
   * Puts the row that lies between `from` and `to` behind the last one of a batch, which has room for it. False where it
   * has to be parsed to know what it is: nothing has come to the batch then. Around the line as `FieldScanner.scan` says.
   */
  take(batch: SpendBatch, view: DataView, from: number, to: number): boolean {
    this.#view = view;
    const { kinds, starts, ends } = this.#scanner;
    if (!this.#scanner.scan(view, from, to)) return false;
    if (kinds[AT.id] !== KIND.text || starts[AT.id] === ends[AT.id]) return false;
    const i = batch.length;
    const startedAt = this.#instant(AT.start);
    if (!(startedAt >= FIRST_AT && startedAt < LAST_AT)) return false;
    batch.startedAt[i] = startedAt;
    const isTimed =
      this.#since(batch.latencyMs, i, AT.end, startedAt) &&
      this.#since(batch.firstTokenMs, i, AT.firstToken, startedAt);
    const isCounted = this.#numbers(batch, i);
    if (!isTimed || !isCounted || !this.#names(batch, i)) return false;
    const session = this.#identify(AT.session);
    if (session === ODD) return false;
    batch.sessionHigh[i] = session === 0 ? 0 : this.#hash.high;
    batch.sessionLow[i] = session === 0 ? 0 : this.#hash.low;
    if (this.#identify(AT.id, batch.status[i] === 1 ? FAILED_AT : undefined) === ODD) return false;
    batch.identityHigh[i] = this.#hash.high;
    batch.identityLow[i] = this.#hash.low;
    batch.length = i + 1;
    return true;
  }

  #numbers(batch: SpendBatch, i: number): boolean {
    const spend = this.#number(AT.spend);
    const prompt = this.#count(AT.prompt);
    const completion = this.#count(AT.completion);
    const total = isNothing(this.#scanner.kinds[AT.total]) ? prompt + completion : this.#count(AT.total);
    const status = this.#status();
    const cache = this.#cache();
    if (!(spend >= 0 && spend <= MOST_SPEND) || prompt < 0 || completion < 0 || total < 0) return false;
    if (status < 0 || cache < 0) return false;
    batch.spend[i] = spend;
    batch.promptTokens[i] = prompt;
    batch.completionTokens[i] = completion;
    batch.totalTokens[i] = total;
    batch.status[i] = status;
    batch.cache[i] = cache;
    return true;
  }

  #names(batch: SpendBatch, i: number): boolean {
    const model = this.#text(AT.model);
    const group = this.#text(AT.group);
    const provider = this.#text(AT.provider);
    const key = this.#text(AT.key);
    const user = this.#text(AT.user);
    const endUser = this.#text(AT.endUser);
    const team = this.#text(AT.team);
    if (model < 0 || group < 0 || provider < 0 || key < 0 || user < 0 || endUser < 0 || team < 0) return false;
    const { texts } = batch;
    batch.model[i] = model === NULL_TEXT ? texts.numberOf("") : model;
    batch.modelGroup[i] = group;
    batch.provider[i] = provider;
    batch.key[i] = key === NULL_TEXT ? texts.numberOf("") : key;
    batch.user[i] = user;
    batch.endUser[i] = endUser;
    batch.team[i] = team;
    batch.tags[i] = this.#tags();
    return true;
  }

  /** A number as it stands; 0 for nothing. */
  #number(field: number): number {
    const { kinds, starts, ends } = this.#scanner;
    if (isNothing(kinds[field])) return 0;
    return kinds[field] === KIND.number ? numberAt(this.#view, starts[field] ?? 0, ends[field] ?? 0) : ODD;
  }

  #count(field: number): number {
    const count = this.#number(field);
    return Number.isInteger(count) && count <= MOST_TOKENS ? count : ODD;
  }

  /** UTC milliseconds; NaN where there is no text that is a plain time. */
  #instant(field: number): number {
    const { kinds, starts, ends } = this.#scanner;
    if (kinds[field] !== KIND.text) return Number.NaN;
    return this.#instants.at(this.#view, starts[field] ?? 0, ends[field] ?? 0);
  }

  /** Notes the time from one moment to another, NaN for nothing; false where the other is odd. */
  #since(column: Float64Array, i: number, field: number, startedAt: number): boolean {
    const at = this.#instant(field);
    column[i] = at >= startedAt ? at - startedAt : Number.NaN;
    return !Number.isNaN(at) || isNothing(this.#scanner.kinds[field]);
  }

  #text(field: number): number {
    const { kinds, starts, ends } = this.#scanner;
    const kind = kinds[field];
    const from = starts[field] ?? 0;
    const to = ends[field] ?? 0;
    if (kind === KIND.text) return this.#texts.numberOf(this.#view, from, to);
    if (kind === KIND.escaped) return this.#written.numberOf(this.#view, from - 1, to + 1);
    return isNothing(kind) ? NULL_TEXT : ODD;
  }

  #tags(): number {
    const { kinds, starts, ends } = this.#scanner;
    const from = starts[AT.tags] ?? 0;
    if (kinds[AT.tags] === KIND.list) return this.#written.numberOf(this.#view, from, ends[AT.tags] ?? 0);
    if (kinds[AT.tags] === KIND.text && this.#view.getUint8(from) !== OPEN_LIST) return NULL_TEXT;
    const number = this.#text(AT.tags);
    if (number <= NULL_TEXT) return NULL_TEXT;
    return this.#texts.texts.textOf(number)?.startsWith("[") === true ? number : NULL_TEXT;
  }

  #status(): number {
    const kind = this.#scanner.kinds[AT.status];
    if (kind === KIND.escaped) return ODD;
    return kind === KIND.text && this.#says(AT.status, FAILURE, 0) ? 1 : 0;
  }

  #cache(): number {
    const kind = this.#scanner.kinds[AT.cache];
    if (kind === KIND.escaped) return ODD;
    if (kind === KIND.true || kind === KIND.false) return kind === KIND.true ? 1 : 2;
    if (kind !== KIND.text) return 0;
    // `True` and `true`: only the first letter may be a capital.
    if (this.#says(AT.cache, TRUE, 32)) return 1;
    return this.#says(AT.cache, FALSE, 32) ? 2 : 0;
  }

  /** Whether a text consists of these letters, whose first one may also be a capital if `bit` is that of small letters. */
  #says(field: number, letters: readonly number[], bit: number): boolean {
    const view = this.#view;
    const from = this.#scanner.starts[field] ?? 0;
    if ((this.#scanner.ends[field] ?? 0) - from !== letters.length) return false;
    if ((view.getUint8(from) | bit) !== letters[0]) return false;
    for (let i = 1; i < letters.length; i++) if (view.getUint8(from + i) !== letters[i]) return false;
    return true;
  }

  /** Hashes a text; 0 for none or an empty one, 1 for any other. Beyond ASCII, bytes may be no UTF-8: these are odd. */
  #identify(field: number, mark?: number): number {
    const { kinds, starts, ends } = this.#scanner;
    if (isNothing(kinds[field])) return 0;
    if (kinds[field] !== KIND.text) return ODD;
    const from = starts[field] ?? 0;
    const to = ends[field] ?? 0;
    if (from === to) return 0;
    const view = this.#view;
    let bits = 0;
    let at = from;
    for (; at + 4 <= to; at += 4) bits |= view.getInt32(at);
    for (; at < to; at++) bits |= view.getInt8(at);
    if ((bits & 0x80808080) !== 0) return ODD;
    this.#hash.ofBytes(view, from, to, mark);
    return 1;
  }
}

function isNothing(kind: number | undefined): boolean {
  return kind === KIND.absent || kind === KIND.null;
}
