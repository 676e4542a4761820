import { describe, expect, it } from "vitest";
import { concat, hex, parse, pcap, type TestFrame } from "../testing/capture";
import { BIND, pdu } from "../testing/rpc";
import { Peers, pdusOf } from "../testing/tcp";

describe("the pool", () => {
  it("takes bytes from the PDU that has waited the longest, and leaves it its row", async () => {
    const token = new Uint8Array(40000);
    const body = concat(hex("d016d016 00000000 01000000 0000 01 00"), new Uint8Array(40));
    const bind = pdu({ type: BIND, callId: 77, body, verifier: { type: 9, level: 5, token } });
    // 400 connections wait with 64 KiB each, which is more than the pool's 16 MiB.
    const peers = Array.from({ length: 400 }, (_, i) => new Peers(20000 + i, 135));
    const send = (from: number, to: number): TestFrame[] =>
      peers.map((peer) => peer.client({ seq: 1 + from, payload: bind.subarray(from, to) }));
    const parser = await parse(pcap([...send(0, 30000), ...send(30000, bind.length)]));
    const pdus = pdusOf(parser);
    expect(pdus).toHaveLength(400);
    expect(pdus.every(({ callId, length }) => callId === 77 && length === bind.length)).toBe(true);
    expect(pdus[0]!.kept).toEqual(bind.subarray(0, 40));
    expect(pdus[399]!.kept).toEqual(bind);
    const whole = pdus.filter(({ kept }) => kept.length === bind.length).length;
    expect(whole).toBeGreaterThan(200);
    expect(whole).toBeLessThanOrEqual(256);
  });
});
