import { createFollowWorker, type FollowOrder } from "../lib/cli/ledger/sync/follow-worker.ts";

declare const self: Worker;

const take = createFollowWorker((news) => self.postMessage(news));
self.onmessage = ({ data }: MessageEvent<FollowOrder>) => take(data);
