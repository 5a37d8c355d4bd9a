const METRICS = [
  "litellm_proxy_total_requests_metric_total",
  "litellm_proxy_failed_requests_metric_total",
  "litellm_requests_metric_total",
  "litellm_spend_metric_total",
  "litellm_total_tokens_metric_total",
  "litellm_input_tokens_metric_total",
  "litellm_output_tokens_metric_total",
  "litellm_cache_hits_metric_total",
  "litellm_cache_misses_metric_total",
  "litellm_cached_tokens_metric_total",
];

/** Pages of so many models with ten counters each, which are all higher on each page; made anew for each scrape. */
export function createPages(models: number): () => string {
  const heads = METRICS.map((metric) =>
    Array.from({ length: models }, (_, i) => {
      const labels = `model="model-${i}",requested_model="group-${i % 500}",api_provider="provider-${i % 20}",hashed_api_key="key-${i % 100}"`;
      return `${metric}{${labels}} `;
    }),
  );
  let round = 0;
  return () => {
    round += 1;
    const families = heads.map((lines, m) => {
      const body = lines.map((line, i) => `${line}${round * ((i % 97) + 1)}\n`).join("");
      return `# HELP ${METRICS[m]} made up\n# TYPE ${METRICS[m]} counter\n${body}`;
    });
    return families.join("");
  };
}
