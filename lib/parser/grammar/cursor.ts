import { BACKSLASH, CLOSING_BRACE, isBlank, QUOTE } from "./characters.ts";

const WORD = /^[^ \t]*/;
const METRIC_NAME = /^[a-zA-Z_:][\w:]*/;

/**
 * Reads one line token by token. Each token is taken with the blanks behind it; one that does not stand at the cursor is
 * undefined or false, and nothing moves.
 */
export class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skipBlanks();
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  get isAfterBlank(): boolean {
    return isBlank(this.#text.charCodeAt(this.#at - 1));
  }

  startsWith(character: string): boolean {
    return this.#text.startsWith(character, this.#at);
  }

  take(character: string): boolean {
    return this.startsWith(character) && this.#takeTo(this.#at + character.length) === character;
  }

  /** Everything up to the next blank, which may be nothing. */
  takeWord(): string {
    return this.#takeMatch(WORD) ?? "";
  }

  takeMetricName(): string | undefined {
    return this.#takeMatch(METRIC_NAME);
  }

  /** The unescaped content of a quoted string. */
  takeQuoted(): string | undefined {
    const content = this.startsWith('"') ? this.#takeEnclosed(this.#closingQuote(this.#at)) : undefined;
    return content === undefined ? undefined : unescaped(content);
  }

  /** The raw text between braces, of which those in quotes are data. */
  takeBraced(): string | undefined {
    return this.startsWith("{") ? this.#takeEnclosed(this.#closingBrace(this.#at)) : undefined;
  }

  /** Where the quote at `opening` is closed, the length of the text if nowhere. */
  #closingQuote(opening: number): number {
    let at = opening;
    do {
      at = this.#text.indexOf('"', at + 1);
    } while (at >= 0 && this.#isEscaped(at));
    return at < 0 ? this.#text.length : at;
  }

  /** Where the brace at `opening` is closed, the length of the text if nowhere. */
  #closingBrace(opening: number): number {
    for (let at = opening + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === CLOSING_BRACE) return at;
      if (code === QUOTE) at = this.#closingQuote(at);
    }
    return this.#text.length;
  }

  /** An odd number of backslashes before a character escapes it. */
  #isEscaped(at: number): boolean {
    let first = at;
    while (this.#text.charCodeAt(first - 1) === BACKSLASH) first--;
    return (at - first) % 2 === 1;
  }

  #takeEnclosed(closing: number): string | undefined {
    return closing === this.#text.length ? undefined : this.#takeTo(closing + 1).slice(1, -1);
  }

  /** What the pattern finds at the cursor; it begins with `^`. */
  #takeMatch(pattern: RegExp): string | undefined {
    const length = pattern.exec(this.#text.slice(this.#at))?.[0].length;
    return length === undefined ? undefined : this.#takeTo(this.#at + length);
  }

  #takeTo(to: number): string {
    const taken = this.#text.slice(this.#at, to);
    this.#at = to;
    this.#skipBlanks();
    return taken;
  }

  #skipBlanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
  }
}

/** One pass, so that an escaped backslash before `n` stays two characters; an unknown escape stands for itself. */
function unescaped(text: string): string {
  return text.includes("\\") ? text.replace(/\\([\\"n])/g, (_, code) => (code === "n" ? "\n" : code)) : text;
}
