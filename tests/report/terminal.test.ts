import { describe, expect, test } from "bun:test";
import { terminalOptions } from "../../lib/report/terminal.ts";

const UTF8 = { LANG: "en_US.UTF-8" };
type Env = Readonly<Record<string, string>>;

describe("the width", () => {
  test.each<[string, Env, boolean, number | undefined, number]>([
    ["is COLUMNS before the terminal's", { COLUMNS: "72" }, true, 100, 72],
    ["is COLUMNS off a terminal", { COLUMNS: "72" }, false, undefined, 72],
    ["is the terminal's without COLUMNS", {}, true, 100, 100],
    ["is 120 where the terminal does not know", {}, true, undefined, 120],
    ["is 120 where the terminal says 0", {}, true, 0, 120],
    ["is 120 off a terminal", {}, false, undefined, 120],
    ["ignores columns off a terminal", {}, false, 80, 120],
    ["ignores an empty COLUMNS", { COLUMNS: "" }, true, 100, 100],
    ["ignores COLUMNS that is a word", { COLUMNS: "wide" }, true, 100, 100],
    ["ignores COLUMNS of 0", { COLUMNS: "0" }, true, 100, 100],
    ["ignores negative COLUMNS", { COLUMNS: "-80" }, true, 100, 100],
    ["ignores a fraction in COLUMNS", { COLUMNS: "80.5" }, true, 100, 100],
    ["ignores COLUMNS with an exponent", { COLUMNS: "1e3" }, true, 100, 100],
    ["ignores COLUMNS beyond any terminal", { COLUMNS: "99999999999" }, true, 100, 100],
    ["is at least 20 by COLUMNS", { COLUMNS: "3" }, true, 100, 20],
    ["is at least 20 on a terminal", {}, true, 7, 20],
  ])("%s", (_, env, isTTY, columns, width) => {
    expect(terminalOptions({ env, isTTY, columns }).width).toBe(width);
  });
});

describe("colour", () => {
  test.each<[string, Env, boolean, boolean]>([
    ["is on on a terminal", { TERM: "xterm-256color" }, true, true],
    ["is on on a terminal without TERM", {}, true, true],
    ["is off in a pipe", { TERM: "xterm" }, false, false],
    ["is off by NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["is off by NO_COLOR, whatever it says", { NO_COLOR: "0" }, true, false],
    ["is on with an empty NO_COLOR", { NO_COLOR: "" }, true, true],
    ["is off on a dumb terminal", { TERM: "dumb" }, true, false],
    ["is on in a pipe by FORCE_COLOR", { FORCE_COLOR: "1" }, false, true],
    ["is on on a dumb terminal by FORCE_COLOR", { FORCE_COLOR: "1", TERM: "dumb" }, true, true],
    ["is off in a pipe by an empty FORCE_COLOR", { FORCE_COLOR: "" }, false, false],
    ["is off in a pipe by FORCE_COLOR=0", { FORCE_COLOR: "0" }, false, false],
    ["is off by NO_COLOR against FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
  ])("%s", (_, env, isTTY, colour) => {
    expect(terminalOptions({ env, isTTY, columns: 80 }).colour).toBe(colour);
  });
});

describe("box and block characters", () => {
  test.each<[string, Env, boolean, boolean]>([
    ["are drawn on a terminal with a UTF-8 locale", UTF8, true, true],
    ["are drawn where the locale is spelled utf8", { LC_CTYPE: "de_DE.utf8" }, true, true],
    ["are not drawn in a pipe", UTF8, false, false],
    ["are drawn in a pipe by FORCE_COLOR", { ...UTF8, FORCE_COLOR: "1" }, false, true],
    ["are drawn without colour too", { ...UTF8, NO_COLOR: "1" }, true, true],
    ["are not drawn without a locale", {}, true, false],
    ["are not drawn by FORCE_COLOR without a UTF-8 locale", { FORCE_COLOR: "1", LANG: "C" }, false, false],
    ["are not drawn where LC_ALL overrules LANG", { ...UTF8, LC_ALL: "C" }, true, false],
    ["are not drawn where LC_CTYPE overrules LANG", { ...UTF8, LC_CTYPE: "POSIX" }, true, false],
    ["are drawn where LC_ALL overrules LC_CTYPE", { LC_ALL: "C.UTF-8", LC_CTYPE: "C" }, true, true],
    ["are drawn where LC_ALL is empty", { ...UTF8, LC_ALL: "" }, true, true],
  ])("%s", (_, env, isTTY, unicode) => {
    expect(terminalOptions({ env, isTTY, columns: 80 }).unicode).toBe(unicode);
  });
});
