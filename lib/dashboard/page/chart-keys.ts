/** What the keyboard does to a chart whose steps are counted from 0. */
export type ChartKeys = {
  readonly steps: () => number;
  readonly onPoint: (index: number | undefined) => void;
  readonly onMark: (from: number, to: number) => void;
  readonly onZoom: (from: number, to: number) => void;
};

/** Lets arrow keys go through the steps of a chart, Shift mark a stretch of them, Enter zoom into it. */
export function listenToKeys(host: HTMLElement, { steps, onPoint, onMark, onZoom }: ChartKeys): void {
  let at: number | undefined;
  let anchor: number | undefined;

  const leave = (): void => {
    at = undefined;
    anchor = undefined;
    onPoint(undefined);
  };
  const move = (by: number, isMarking: boolean): void => {
    const last = steps() - 1;
    const from = at ?? (by > 0 ? -1 : last + 1);
    anchor = isMarking ? (anchor ?? Math.min(last, Math.max(0, from))) : undefined;
    at = Math.min(last, Math.max(0, from + by));
    onPoint(at);
    if (anchor !== undefined) onMark(Math.min(anchor, at), Math.max(anchor, at));
  };

  host.addEventListener("blur", leave);
  host.addEventListener("keydown", (event) => {
    const last = steps() - 1;
    if (last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowRight") move(1, event.shiftKey);
    else if (event.key === "ArrowLeft") move(-1, event.shiftKey);
    else if (event.key === "Home") move(-last - 1, event.shiftKey);
    else if (event.key === "End") move(last + 1, event.shiftKey);
    else if (event.key === "Escape") leave();
    else if (event.key === "Enter" && at !== undefined) onZoom(Math.min(anchor ?? at, at), Math.max(anchor ?? at, at));
    else return;
    event.preventDefault();
  });
}
