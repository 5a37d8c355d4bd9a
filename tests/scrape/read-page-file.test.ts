import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PageHead } from "../../lib/scrape/fetch/fetch-page.ts";
import { type ReadDeps, readPageFile } from "../../lib/scrape/read-page-file.ts";
import { failureText } from "../support/raw-server.ts";

const PAGE = "# TYPE a_total counter\na_total 1.0\n";
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-page-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await Bun.write(path, content);
  return path;
}

async function read(path: string, deps: Partial<ReadDeps> = {}) {
  const heads: PageHead[] = [];
  const chunks: Uint8Array[] = [];
  const result = await readPageFile(path, {
    stdin: () => {
      throw new Error("stdin must not be asked for");
    },
    now: () => 1_700_000_000_000,
    onHead: (head) => {
      heads.push(head);
      return (chunk) => chunks.push(chunk);
    },
    ...deps,
  });
  return { result, heads, text: Buffer.concat(chunks).toString() };
}

const streamOf =
  (...parts: (string | Uint8Array)[]) =>
  () =>
    new Blob(parts).stream();
const pieces =
  (...parts: Uint8Array[]) =>
  () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    });

describe("a page in a file", () => {
  test("reaches the sink as it is, with our clock and no Date", async () => {
    const path = await file("page.prom", PAGE);
    const head = {
      source: path,
      contentType: null,
      dateAt: undefined,
      askedAt: 1_700_000_000_000,
      readAt: 1_700_000_000_000,
    };
    expect(await read(path)).toEqual({ result: { kind: "ok", head, bytes: PAGE.length }, heads: [head], text: PAGE });
  });

  test("is unpacked if it is gzip, whatever its name", async () => {
    const { result, text } = await read(await file("page.prom", Bun.gzipSync(PAGE.repeat(9999))));
    expect(text === PAGE.repeat(9999)).toBe(true);
    expect(result).toMatchObject({ kind: "ok", bytes: PAGE.length * 9999 });
  });

  test("may be empty or a single byte", async () => {
    expect((await read(await file("empty", ""))).result).toMatchObject({ kind: "ok", bytes: 0 });
    expect((await read(await file("one", "\u001f"))).text).toBe("\u001f");
  });

  test("is cut off if its gzip data is", async () => {
    const packed = Bun.gzipSync(PAGE.repeat(9999));
    for (const part of [packed.subarray(0, 2), packed.subarray(0, 50), packed.subarray(0, -1)]) {
      const path = await file("cut.gz", part);
      expect(failureText((await read(path)).result)).toStartWith(
        `cut_off: ${path} is cut off or damaged: its gzip data`,
      );
    }
  });

  test("is refused if it is larger than the limit, packed or not", async () => {
    for (const content of [PAGE, Bun.gzipSync(PAGE)]) {
      const { result, text } = await read(await file("large", content), { maxBytes: 10 });
      expect(failureText(result)).toStartWith("too_large: ");
      expect(text.length).toBeLessThanOrEqual(10);
    }
  });

  test("is left when the caller stops", async () => {
    const path = await file("long", PAGE.repeat(99_999));
    expect(failureText((await read(path, { signal: AbortSignal.abort() })).result)).toBe(
      `cut_off: Reading ${path} was stopped before its end`,
    );
  });
});

describe("a file that cannot be read", () => {
  test("is named with the reason in plain words", async () => {
    await file("plain", PAGE);
    await symlink("circle", join(folder, "circle"));
    for (const [name, why] of [
      ["missing.prom", "there is no such file"],
      ["", "it is a directory"],
      ["plain/page", "a part of the path is not a directory"],
      ["circle", "its links go round in a circle"],
      ["x".repeat(300), "the name is too long"],
    ] as const) {
      const path = join(folder, name);
      const { result, heads } = await read(path);
      expect(failureText(result)).toBe(`unreadable: ${path} cannot be read: ${why}`);
      expect(heads).toEqual([]);
    }
  });

  test("may have an impossible name", async () => {
    expect(failureText((await read("a\0b")).result)).toStartWith("unreadable: ");
    expect(failureText((await read("")).result)).toStartWith("unreadable: ");
  });
});

describe("a page on stdin", () => {
  test("is read where the path is a dash", async () => {
    const { result, text, heads } = await read("-", { stdin: streamOf(PAGE) });
    expect(text).toBe(PAGE);
    expect(heads[0]?.source).toBe("stdin");
    expect(result.kind).toBe("ok");
  });

  test("is unpacked even if the magic bytes come one by one", async () => {
    const packed = Bun.gzipSync(PAGE);
    const stdin = pieces(packed.subarray(0, 1), new Uint8Array(0), packed.subarray(1, 2), packed.subarray(2));
    expect((await read("-", { stdin })).text).toBe(PAGE);
  });

  test("that breaks is unreadable", async () => {
    const stdin = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.error(Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" }));
        },
      });
    expect(failureText((await read("-", { stdin })).result)).toBe(
      "unreadable: stdin cannot be read: the disk reported an error",
    );
  });

  test("comes through a real pipe", async () => {
    const script = `
      import { readPageFile } from "./lib/scrape/read-page-file.ts";
      const result = await readPageFile("-", { stdin: () => Bun.stdin.stream(), now: Date.now, onHead: () => () => {} });
      console.log(result.kind, result.bytes);`;
    const run = Bun.spawn([process.execPath, "-e", script], {
      cwd: `${import.meta.dir}/../..`,
      stdin: Bun.gzipSync(PAGE),
    });
    expect(await new Response(run.stdout).text()).toBe(`ok ${PAGE.length}\n`);
  });
});

test.each(["a_total 1.0\n", Bun.gzipSync(PAGE).subarray(0, 20)])(
  "stdin that is silent after whole bytes ends with the signal, and is no page",
  async (begin) => {
    const stop = new AbortController();
    const stdin = () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(Buffer.from(begin))),
        pull() {
          stop.abort();
          return new Promise<void>(() => {});
        },
      });
    const { result } = await read("-", { stdin, signal: stop.signal });
    expect(failureText(result)).toContain("Reading stdin was stopped before its end");
  },
);
