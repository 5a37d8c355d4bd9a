/** What the value of a field is. `escaped` is a text with a backslash in it. */
export const KIND = {
  absent: 0,
  null: 1,
  text: 2,
  escaped: 3,
  number: 4,
  true: 5,
  false: 6,
  list: 7,
  object: 8,
} as const;

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const LETTER_E = 101;
const LETTER_U = 117;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** `null`, `true` and `alse` as the four bytes that they are. */
const NULL = 0x6e_75_6c_6c;
const TRUE = 0x74_72_75_65;
const ALSE = 0x61_6c_73_65;
/** What may follow a backslash besides `u`. */
const ESCAPES = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));

/** Values within values; what lies deeper is for others to read. */
const MOST_DEPTH = 60;
/** Keys whose place in the line before is remembered, and the longest of them with its closing quote. */
const PLACES = 64;
const KEY_ROOM = 32;
const UNKNOWN = -1;

/**
 * Finds some fields of a JSON object where its bytes lie and checks the rest of it, without making anything of it: a log
 * line is mostly prompts and answers that nobody asks for. Fields are told by the place of their name among `names`.
 */
export class FieldScanner {
  /** One of `KIND` a name. Of a name that stands twice, the last value counts, as in `JSON.parse`. */
  readonly kinds: Uint8Array;
  /** Where each value lies; texts without their quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #names: readonly DataView[];
  #view: DataView = new DataView(new ArrayBuffer(0));
  #hasEscape = false;
  /** The keys of the line before by their place: lines of a file have the same ones in the same order. */
  readonly #keys = new DataView(new ArrayBuffer(PLACES * KEY_ROOM));
  readonly #keyLengths = new Int32Array(PLACES);
  readonly #keyNames = new Int32Array(PLACES);

  constructor(names: readonly string[]) {
    this.#names = names.map((name) => new DataView(new TextEncoder().encode(name).buffer));
    this.kinds = new Uint8Array(names.length);
    this.starts = new Int32Array(names.length);
    this.ends = new Int32Array(names.length);
  }

  /**
   * Whether the bytes from `from` to `to` are one JSON object, and nothing of it is too odd for this scanner. The byte at
   * `to` is below 32 and no white space of JSON's but the newline, and at least four more bytes lie behind it.
   */
  scan(view: DataView, from: number, to: number): boolean {
    this.#view = view;
    this.kinds.fill(KIND.absent);
    let at = this.#pastSpace(from);
    if (view.getUint8(at) !== OPEN_OBJECT) return false;
    at = this.#pastSpace(at + 1);
    if (view.getUint8(at) === CLOSE_OBJECT) return this.#pastSpace(at + 1) === to;
    for (let place = 0; ; place++) {
      if (view.getUint8(at) !== QUOTE) return false;
      const name = this.#name(at + 1, place);
      if (name === undefined) return false;
      at = this.#keyEnd;
      // Nearly always there is no white space: looking for it costs more than the byte that is wanted.
      if (view.getUint8(at) !== COLON) at = this.#pastSpace(at);
      if (view.getUint8(at) !== COLON) return false;
      at++;
      if (view.getUint8(at) <= SPACE) at = this.#pastSpace(at);
      at = this.#field(name, at);
      if (at < 0) return false;
      if (view.getUint8(at) <= SPACE) at = this.#pastSpace(at);
      const next = view.getUint8(at);
      if (next === CLOSE_OBJECT) return this.#pastSpace(at + 1) === to;
      if (next !== COMMA) return false;
      at++;
      if (view.getUint8(at) <= SPACE) at = this.#pastSpace(at);
    }
  }

  /** Where the newest key ended, behind its quote. */
  #keyEnd = 0;

  /** The place of a key among the names, or `UNKNOWN`; undefined where the key is odd. */
  #name(at: number, place: number): number | undefined {
    const length = this.#keyLengths[place] ?? 0;
    if (length > 0 && this.#isSame(this.#keys, place * KEY_ROOM, at, length)) {
      this.#keyEnd = at + length;
      return this.#keyNames[place];
    }
    const end = this.#text(at);
    if (end < 0 || this.#hasEscape) return undefined;
    this.#keyEnd = end + 1;
    const found = this.#names.findIndex(
      (name) => name.byteLength === end - at && this.#isSame(name, 0, at, name.byteLength),
    );
    const room = end + 1 - at;
    if (place < PLACES && room <= KEY_ROOM) {
      for (let i = 0; i < room; i++) this.#keys.setUint8(place * KEY_ROOM + i, this.#view.getUint8(at + i));
      this.#keyLengths[place] = room;
      this.#keyNames[place] = found;
    }
    return found;
  }

  #isSame(other: DataView, otherAt: number, at: number, length: number): boolean {
    const view = this.#view;
    let i = 0;
    for (; i + 4 <= length; i += 4) if (other.getInt32(otherAt + i) !== view.getInt32(at + i)) return false;
    for (; i < length; i++) if (other.getUint8(otherAt + i) !== view.getUint8(at + i)) return false;
    return true;
  }

  /** Notes a value of a name, and gives its end; negative where it is none. */
  #field(name: number, at: number): number {
    const first = this.#view.getUint8(at);
    if (first === QUOTE) {
      const end = this.#text(at + 1);
      if (end < 0) return -1;
      if (name !== UNKNOWN) this.#note(name, this.#hasEscape ? KIND.escaped : KIND.text, at + 1, end);
      return end + 1;
    }
    const end = this.#value(at, 0);
    if (name !== UNKNOWN && end >= 0) this.#note(name, kindOf(first), at, end);
    return end;
  }

  #note(name: number, kind: number, from: number, to: number): void {
    this.kinds[name] = kind;
    this.starts[name] = from;
    this.ends[name] = to;
  }

  /** The end of the value that begins at `at`; negative where it is none. */
  #value(at: number, depth: number): number {
    const view = this.#view;
    switch (view.getUint8(at)) {
      case QUOTE: {
        const end = this.#text(at + 1);
        return end < 0 ? -1 : end + 1;
      }
      case OPEN_OBJECT:
        return this.#object(at + 1, depth + 1);
      case OPEN_LIST:
        return this.#list(at + 1, depth + 1);
      case 110:
        return view.getInt32(at) === NULL ? at + 4 : -1;
      case 116:
        return view.getInt32(at) === TRUE ? at + 4 : -1;
      case 102:
        return view.getInt32(at + 1) === ALSE ? at + 5 : -1;
      default:
        return this.#number(at);
    }
  }

  #object(from: number, depth: number): number {
    const view = this.#view;
    let at = this.#pastSpace(from);
    if (view.getUint8(at) === CLOSE_OBJECT) return at + 1;
    if (depth > MOST_DEPTH) return -1;
    for (;;) {
      if (view.getUint8(at) !== QUOTE) return -1;
      const key = this.#text(at + 1);
      if (key < 0) return -1;
      at = this.#pastSpace(key + 1);
      if (view.getUint8(at) !== COLON) return -1;
      at = this.#value(this.#pastSpace(at + 1), depth);
      if (at < 0) return -1;
      at = this.#pastSpace(at);
      const next = view.getUint8(at);
      if (next === CLOSE_OBJECT) return at + 1;
      if (next !== COMMA) return -1;
      at = this.#pastSpace(at + 1);
    }
  }

  #list(from: number, depth: number): number {
    const view = this.#view;
    let at = this.#pastSpace(from);
    if (view.getUint8(at) === CLOSE_LIST) return at + 1;
    if (depth > MOST_DEPTH) return -1;
    for (;;) {
      at = this.#value(at, depth);
      if (at < 0) return -1;
      at = this.#pastSpace(at);
      const next = view.getUint8(at);
      if (next === CLOSE_LIST) return at + 1;
      if (next !== COMMA) return -1;
      at = this.#pastSpace(at + 1);
    }
  }

  /** The closing quote of the text that begins at `at`; negative where it has none. Tells whether it has escapes. */
  #text(from: number): number {
    const view = this.#view;
    this.#hasEscape = false;
    for (let at = from; ; ) {
      // Four bytes a step while none of them is a quote, a backslash or below 32.
      for (;;) {
        const word = view.getInt32(at, true);
        const quotes = word ^ 0x22222222;
        const slashes = word ^ 0x5c5c5c5c;
        const low = ((word - 0x20202020) & ~word) | ((quotes - 0x01010101) & ~quotes);
        if (((low | ((slashes - 0x01010101) & ~slashes)) & 0x80808080) !== 0) break;
        at += 4;
      }
      let byte = view.getUint8(at);
      while (byte !== QUOTE && byte !== BACKSLASH && byte >= 32) byte = view.getUint8(++at);
      if (byte === QUOTE) return at;
      if (byte !== BACKSLASH) return -1;
      this.#hasEscape = true;
      const escaped = view.getUint8(at + 1);
      if (escaped === LETTER_U && this.#isHex(at + 2)) at += 6;
      else if (ESCAPES.has(escaped)) at += 2;
      else return -1;
    }
  }

  /** Whether four hexadecimal digits stand there. */
  #isHex(at: number): boolean {
    for (let i = at; i < at + 4; i++) {
      const byte = this.#view.getUint8(i);
      const letter = byte | 32;
      if (!isDigit(byte) && !(letter >= 97 && letter <= 102)) return false;
    }
    return true;
  }

  #number(from: number): number {
    const view = this.#view;
    const first = view.getUint8(from) === MINUS ? from + 1 : from;
    let at = this.#pastDigits(first);
    if (at === first || (view.getUint8(first) === ZERO && at > first + 1)) return -1;
    if (view.getUint8(at) === POINT) {
      const decimals = at + 1;
      at = this.#pastDigits(decimals);
      if (at === decimals) return -1;
    }
    if ((view.getUint8(at) | 32) !== LETTER_E) return at;
    const sign = view.getUint8(at + 1);
    const digits = sign === 43 || sign === MINUS ? at + 2 : at + 1;
    const end = this.#pastDigits(digits);
    return end === digits ? -1 : end;
  }

  #pastDigits(from: number): number {
    let at = from;
    while (isDigit(this.#view.getUint8(at))) at++;
    return at;
  }

  /** Past JSON's white space but newlines, which end a line. */
  #pastSpace(from: number): number {
    let at = from;
    for (let byte = this.#view.getUint8(at); byte === 32 || byte === 9 || byte === 13; )
      byte = this.#view.getUint8(++at);
    return at;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 57;
}

/** The kind of a value that is no text by its first byte. */
function kindOf(first: number): number {
  switch (first) {
    case OPEN_OBJECT:
      return KIND.object;
    case OPEN_LIST:
      return KIND.list;
    case 110:
      return KIND.null;
    case 116:
      return KIND.true;
    case 102:
      return KIND.false;
    default:
      return KIND.number;
  }
}
