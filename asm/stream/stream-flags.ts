// Flags of a row of Stream.
import { Stream } from "../layout";
import { streams } from "../memory/table";

export function addFlag(row: u32, flag: u32): void {
  streams.set(Stream.Flags, row, streams.get(Stream.Flags, row) | flag);
}
