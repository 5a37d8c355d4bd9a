import { expect, test } from "bun:test";
import { loadPage } from "../../lib/dashboard/embedded.ts";

const MOST_BYTES = 150_000;

test("the page with all its files is under 150 kB packed, and asks for nothing else", async () => {
  const { html, files } = await loadPage();
  const named = [...html.matchAll(/(?:src|href)="([^"#]*)"/g)].map(([, url = ""]) => url);
  const assets = named.filter((url) => url.startsWith("assets/"));
  expect(assets.map((url) => url.slice("assets/".length)).toSorted()).toEqual([...files.keys()].toSorted());
  expect(named.filter((url) => !url.startsWith("assets/"))).toEqual(["api/v1/usage"]);
  const packed = [new TextEncoder().encode(html), ...[...files.values()].map(({ bytes }) => bytes)].map(
    (bytes) => Bun.gzipSync(bytes).length,
  );
  expect(packed.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  expect([...files.values()].map(({ type }) => type.split(";")[0]).toSorted()).toEqual([
    "image/svg+xml",
    "text/css",
    "text/javascript",
  ]);
  for (const name of files.keys()) expect(name).toMatch(/-[a-z0-9]{8}\.\w+$/);
});

test("no script and no style stands in the page itself, as its policy forbids them", async () => {
  const { html } = await loadPage();
  expect(html).not.toMatch(/<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)/);
});
