// A number that the writer of a capture cannot know: without it, addresses and ports could be
// chosen so that they all meet in one slot of a hash table, and a small file would take hours.

/** Takes part in every hash. */
export let seed: u64 = 0;

/** To be called before the first byte is parsed, with a random number. */
export function plant(random: u32): void {
  seed = (<u64>random + 1) * 0x9e3779b97f4a7c15;
}
