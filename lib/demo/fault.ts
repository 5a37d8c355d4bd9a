/** One way in which `/metrics/` answers something else than its page. */
type FaultKind =
  | {
      /** No answer, until the client or the server goes. */
      readonly kind: "hang";
    }
  | {
      /** The page, ten bytes every `everyMs` (10 by default), over and over without end. */
      readonly kind: "drip";
      readonly everyMs?: number;
    }
  | {
      /** The connection breaks after so many bytes of the page; with 0 before any header. */
      readonly kind: "cut";
      readonly bytes: number;
    }
  | {
      /** A complete answer that holds only so many bytes of the page, as from a broken proxy. */
      readonly kind: "truncate";
      readonly bytes: number;
    }
  | {
      /** An error with a JSON body. */
      readonly kind: "status";
      readonly status: number;
    }
  | {
      /** 200 with a web page, a JSON object, or nothing. */
      readonly kind: "html" | "json" | "empty";
    }
  | {
      /** 200 with this body; in the text format's type and with the clock's date unless said otherwise. */
      readonly kind: "page";
      readonly body: string | Uint8Array;
      readonly contentType?: string;
      readonly date?: string;
    }
  | {
      /** 307 to another address. */
      readonly kind: "redirect";
      readonly to: string;
    };

/**
 * A fault and how many answers in a row it spoils: 1 by default; `Infinity` holds until the fault is taken out of the
 * queue.
 */
export type Fault = FaultKind & { readonly times?: number };

/** Takes the fault that is due from the front of the queue, which holds it until its `times` are over. */
export function takeFault(queue: Fault[]): Fault | undefined {
  const fault = queue.shift();
  const left = (fault?.times ?? 1) - 1;
  if (fault !== undefined && left > 0) queue.unshift({ ...fault, times: left });
  return fault;
}
