/** A mapping of a Homepage `customapi` widget, as YAML or labels give it. */
type Mapping = {
  readonly field?: string;
  readonly label?: string;
  readonly format?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly additionalField?: Mapping & { readonly color?: string };
};

export type Widget = {
  readonly type: string;
  readonly url: string;
  readonly display?: string;
  readonly refreshInterval?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mappings:
    | readonly Mapping[]
    | { readonly items: string; readonly name: string; readonly label: string; readonly limit?: number };
};

/** What a person sees of a widget: an error box, or rows of texts. */
export type Shown =
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "rows"; readonly rows: readonly (readonly string[])[] };

/** Homepage draws no more tiles than these of a block. */
const MOST_BLOCKS = 4;

/**
 * What Homepage's `customapi` makes of an answer: its own rules (gethomepage, spring of 2026), written anew. A body with
 * a truthy `error` is an error box; a missing value is a dash as text and NaN as a number; `number` cuts decimals, and
 * `float` keeps three; a block shows four mappings.
 */
export function showWidget({ display = "block", mappings }: Widget, status: number, body: unknown): Shown {
  if (status >= 400) return { kind: "error", message: `HTTP ${status}` };
  if (typeof body !== "object" || body === null) return { kind: "error", message: "Invalid data" };
  if ("error" in body && body.error) return { kind: "error", message: String(body.error) };
  if (!("items" in mappings)) {
    const shown = display === "block" ? mappings.slice(0, MOST_BLOCKS) : mappings;
    const rows = shown.map((mapping) => [
      mapping.label ?? "",
      shownValue(mapping, valueAt(mapping.field, body)),
      ...(mapping.additionalField && display === "list"
        ? [shownValue(mapping.additionalField, valueAt(mapping.additionalField.field, body))]
        : []),
    ]);
    return { kind: "rows", rows };
  }
  const items = valueAt(mappings.items, body);
  if (!Array.isArray(items)) return { kind: "error", message: "Cannot find items" };
  const limited = mappings.limit && mappings.limit > 0 ? items.slice(0, mappings.limit) : items;
  if (limited.length === 0) return { kind: "rows", rows: [["No items found"]] };
  return {
    kind: "rows",
    rows: limited.map((item) => [String(valueAt(mappings.label, item)), String(valueAt(mappings.name, item))]),
  };
}

function valueAt(field: string | undefined, body: unknown): unknown {
  if (field === undefined) return body;
  let value: unknown = body;
  for (const key of field.split(".")) {
    value = typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
  }
  return value ?? null;
}

function shownValue({ format, prefix, suffix }: Mapping, value: unknown): string {
  const shown = formatted(format, value);
  return [prefix, shown ?? "-", suffix].filter((part) => part !== undefined && part !== "").join(" ");
}

function formatted(format: string | undefined, value: unknown): string | null {
  const number = Number(value ?? Number.NaN);
  const inLocale = (n: number, digits: number) => n.toLocaleString("en-US", { maximumFractionDigits: digits });
  switch (format) {
    case "number":
      return inLocale(Number.parseInt(String(value), 10), 0);
    case "float":
      return inLocale(number, 3);
    case "percent":
      return (number / 100).toLocaleString("en-US", { style: "percent" });
    case "relativeDate":
    case "date":
      return Number.isNaN(Date.parse(String(value))) ? String(value) : new Date(String(value)).toISOString();
    default:
      return value === null || value === undefined ? null : String(value);
  }
}
