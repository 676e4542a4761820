// TCP directions in order.

/** The capture is over: closes what is still open. */
export function finishStreams(): void {}
