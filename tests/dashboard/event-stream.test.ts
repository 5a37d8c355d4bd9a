import { expect, test } from "bun:test";
import fc from "fast-check";
import { readEvents } from "../../lib/dashboard/page/event-stream.ts";
import { propertyRuns } from "../support/property.ts";

const STREAM =
  ": still here\n\nevent: answer\ndata: {}\n\nevent: other\r\ndata: 1\r\n\r\ndata: nameless\n\nevent: answer\ndata: {}\n\nevent: unfinished\n";

test("events are read the same however the stream is cut", async () => {
  const bytes = new TextEncoder().encode(STREAM);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 8 }), async (cuts) => {
      const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
      const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start(controller) {
          for (const [index, end] of ends.entries()) controller.enqueue(bytes.slice(ends[index - 1] ?? 0, end));
          controller.close();
        },
      });
      const names: string[] = [];
      await readEvents(stream, (name) => names.push(name));
      expect(names).toEqual(["answer", "other", "answer"]);
    }),
    propertyRuns(100),
  );
});
