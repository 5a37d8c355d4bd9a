/** How strictly a page is judged; `unknown` takes either format and decides by what the page shows. */
export type ExpositionFormat = "text" | "openmetrics" | "unknown";

/** The format that a `Content-Type` header announces. */
export function formatOf(contentType: string | null): ExpositionFormat {
  const [mediaType = ""] = (contentType ?? "").split(";");
  switch (mediaType.trim().toLowerCase()) {
    case "application/openmetrics-text":
      return "openmetrics";
    case "text/plain":
      return "text";
    default:
      return "unknown";
  }
}
