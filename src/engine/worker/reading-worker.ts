// The reading thread: a worker of the engine's worker.
import { type ReadOrder, readInThread } from '../read/thread/reading-thread'

addEventListener('message', ({ data }: MessageEvent<ReadOrder>) => {
  void readInThread(data, (report) => postMessage(report))
})
