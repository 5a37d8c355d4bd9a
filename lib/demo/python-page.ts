import { prometheusNumber } from "./python-number.ts";
import type { PageFormat } from "./series.ts";

type Row = readonly [
  name: string,
  kind: "counter" | "gauge",
  help: string,
  samples: readonly (readonly [string, number])[],
];

/**
 * What prometheus_client tells about the Python process itself, first on every page of a single process. Times are UTC
 * milliseconds; the start of the process is rounded to the 10 ms that Linux counts in.
 */
export function renderPython(format: PageFormat, startedAt: number, at: number): string {
  let page = "";
  for (const [name, kind, help, samples] of pythonRows(startedAt, at)) {
    const sample = kind === "counter" ? `${name}_total` : name;
    const family = format === "openmetrics" ? name : sample;
    page += `# HELP ${family} ${help}\n# TYPE ${family} ${kind}\n`;
    for (const [labels, value] of samples) page += `${sample}${labels} ${prometheusNumber(value)}\n`;
  }
  return page;
}

function pythonRows(startedAt: number, at: number): readonly Row[] {
  const upSeconds = Math.max(0, (at - startedAt) / 1000);
  const collections = 1200 + Math.floor(upSeconds / 2);
  const generations = (a: number, b: number, c: number) =>
    [
      ['{generation="0"}', a],
      ['{generation="1"}', b],
      ['{generation="2"}', c],
    ] as const;
  const info = '{implementation="CPython",major="3",minor="11",patchlevel="7",version="3.11.7"}';
  const collected = generations(collections * 2, collections, 155 + Math.floor(collections / 100));
  const runs = generations(collections, Math.floor(collections / 11), Math.floor(collections / 140));
  const cpuSeconds = 9.53 + Math.floor(upSeconds) * 0.02;
  const startSeconds = Math.floor(startedAt / 10) / 100;
  return [
    ["python_gc_objects_collected", "counter", "Objects collected during gc", collected],
    ["python_gc_objects_uncollectable", "counter", "Uncollectable objects found during GC", generations(0, 0, 0)],
    ["python_gc_collections", "counter", "Number of times this generation was collected", runs],
    ["python_info", "gauge", "Python platform information", [[info, 1]]],
    ["process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", [["", 1_096_138_752]]],
    ["process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", [["", 312_975_360]]],
    [
      "process_start_time_seconds",
      "gauge",
      "Start time of the process since unix epoch in seconds.",
      [["", startSeconds]],
    ],
    ["process_cpu_seconds", "counter", "Total user and system CPU time spent in seconds.", [["", cpuSeconds]]],
    ["process_open_fds", "gauge", "Number of open file descriptors.", [["", 20]]],
    ["process_max_fds", "gauge", "Maximum number of open file descriptors.", [["", 20_000]]],
  ];
}
