import { createImportWorker, type ImportOrder } from "../lib/cli/ledger/import/import-worker.ts";

declare const self: Worker;

const take = createImportWorker((news, handedOver = []) => self.postMessage(news, [...handedOver]));
self.onmessage = ({ data }: MessageEvent<ImportOrder>) => take(data);
