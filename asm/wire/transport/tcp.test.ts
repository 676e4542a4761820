import { describe, expect, it } from "vitest";
import { Analysis, Frame, Protocol, Status, Stream, StreamFlag } from "../../layout";
import { NONE } from "../../../src/capture/table";
import { frameOf, hex, labelOf, parse, parseEveryCut, pcap, type TestFrame } from "../../testing/capture";
import { pdu } from "../../testing/rpc";
import { ACK, FIN, Peers, RST, SYN, pdusOf, streamOf } from "../../testing/tcp";

const peers = new Peers();
const bytes = (length: number) => new Uint8Array(length).fill(0x20);

/** Analysis bits of the last frame. */
async function analysisOf(...frames: TestFrame[]): Promise<number> {
  const { capture } = await parse(pcap(frames));
  return capture.frames.get(Frame.TcpFlags, frames.length - 1) & ~0xfff;
}

describe("TCP", () => {
  it("fills the frame's columns", async () => {
    const parser = await parse(pcap([peers.client({ seq: 1, ack: 1, window: 513, payload: bytes(5) })]));
    const { frames } = parser.capture;
    expect(frameOf(parser)).toMatchObject({ sourcePort: 49700, destinationPort: 135, payloadAt: 54, payloadLength: 5 });
    expect([Frame.Seq, Frame.Ack, Frame.Window].map((column) => frames.get(column, 0))).toEqual([
      0xfffffff1, 0x7ffffff1, 513,
    ]);
    expect(frames.get(Frame.TcpFlags, 0) & 0xfff).toBe(0x18);
    expect(frames.get(Frame.Stream, 0)).toBe(0);
  });

  it("fills the stream's columns", async () => {
    const scale = (shift: number) => Uint8Array.of(2, 4, 5, 180, 1, 3, 3, shift);
    const parser = await parse(
      pcap([
        peers.client({ flags: SYN, options: scale(8) }),
        peers.client({ flags: SYN, options: scale(8) }),
        peers.server({ flags: SYN | ACK, ack: 1, options: scale(7) }),
        peers.client({ seq: 1, ack: 1, payload: bytes(10) }),
        peers.server({ seq: 1, ack: 11, payload: bytes(20) }),
        peers.server({ seq: 21, ack: 11, flags: FIN | ACK }),
        peers.client({ seq: 11, ack: 22, flags: RST | ACK, window: 0 }),
      ]),
    );
    const value = (column: Stream) => streamOf(parser, column);
    expect(parser.capture.streams.rows).toBe(1);
    expect([value(Stream.PortA), value(Stream.PortB)]).toEqual([49700, 135]);
    expect([value(Stream.BytesA), value(Stream.BytesB), value(Stream.Frames)]).toEqual([10, 20, 7]);
    expect([value(Stream.IsnA), value(Stream.IsnB)]).toEqual([0xfffffff0, 0x7ffffff0]);
    expect([value(Stream.SynFrame), value(Stream.SynAckFrame), value(Stream.Syns)]).toEqual([0, 2, 2]);
    expect([value(Stream.FinFrameA), value(Stream.FinFrameB), value(Stream.RstFrame)]).toEqual([NONE, 5, 6]);
    expect([value(Stream.LastFrameA), value(Stream.LastFrameB), value(Stream.LastFrame)]).toEqual([6, 5, 6]);
    expect(value(Stream.WindowShift)).toBe(0x807);
    expect(value(Stream.Flags)).toBe(StreamFlag.RstByA);
  });

  it("puts a segment whose options the capture cut off into its connection", async () => {
    // RFC 7323 3.2: timestamps, of which a snapshot length of 64 leaves none.
    const timestamps = Uint8Array.of(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2);
    const whole = peers.client({ seq: 1, ack: 1, payload: bytes(10), options: timestamps });
    const cut = { ...whole, bytes: whole.bytes.subarray(0, 64), length: whole.length ?? whole.bytes.length };
    const parser = await parse(pcap([cut]));
    expect(frameOf(parser)).toMatchObject({ status: Status.Truncated, payloadAt: 66, payloadLength: 10 });
    expect(parser.capture.frames.get(Frame.Stream, 0)).toBe(0);
    expect(streamOf(parser, Stream.BytesA)).toBe(10);
  });

  it("treats the side that answers a SYN, or has the server's port, as the server", async () => {
    for (const first of [
      peers.server({ flags: SYN | ACK, ack: 1 }),
      peers.server({ seq: 9, payload: bytes(3) }),
      peers.client({ seq: 9, payload: bytes(3) }),
    ]) {
      expect(streamOf(await parse(pcap([first])), Stream.PortA)).toBe(49700);
    }
  });

  it("corrects by the PDUs who the client is", async () => {
    const callBack = new Peers(4000, 49800);
    const parser = await parse(pcap([callBack.server({ seq: 9, payload: pdu({}) })]));
    expect(streamOf(parser, Stream.PortA)).toBe(49800);
    expect(streamOf(parser, Stream.Flags) & StreamFlag.ClientIsB).toBe(0);
    const answer = await parse(pcap([callBack.server({ seq: 9, payload: pdu({ type: 2 }) })]));
    expect(streamOf(answer, Stream.Flags) & StreamFlag.ClientIsB).not.toBe(0);
  });

  it("begins another stream when the ports are used again", async () => {
    const again = new Peers(49700, 135, 0x1000, 0x2000);
    const parser = await parse(
      pcap([
        ...peers.handshake(),
        peers.client({ seq: 1, ack: 1, payload: pdu({ callId: 1 }).subarray(0, 30) }),
        ...again.handshake(),
        again.client({ seq: 1, ack: 1, payload: pdu({ callId: 2 }) }),
      ]),
    );
    expect(parser.capture.streams.rows).toBe(2);
    expect(parser.capture.frames.get(Frame.Stream, 3)).toBe(0);
    expect(parser.capture.frames.get(Frame.Stream, 7)).toBe(1);
    expect(streamOf(parser, Stream.Flags) & StreamFlag.OpenPduA).not.toBe(0);
    expect(streamOf(parser, Stream.Flags, 1) & StreamFlag.ReusedPorts).not.toBe(0);
    expect(parser.capture.frames.get(Frame.TcpFlags, 4) & Analysis.ReusedPorts).not.toBe(0);
    expect(pdusOf(parser)).toMatchObject([{ callId: 2, frame: 7 }]);
  });

  it("names what sequence numbers tell as Wireshark does", async () => {
    const data = (seq: number, length = 10, micros = 0) =>
      peers.client({ seq, ack: 1, payload: bytes(length), micros });
    const ack = (number: number, window = 8192) => peers.server({ seq: 1, ack: number, flags: ACK, window });
    expect(await analysisOf(data(1), data(11))).toBe(0);
    expect(await analysisOf(data(1), data(21))).toBe(Analysis.PreviousNotCaptured);
    expect(await analysisOf(data(1), data(21), data(11, 10, 500))).toBe(Analysis.OutOfOrder);
    expect(await analysisOf(data(1), data(21), data(11, 10, 50000))).toBe(Analysis.Retransmission);
    expect(await analysisOf(data(1), data(11), data(11, 10))).toBe(Analysis.Retransmission);
    expect(await analysisOf(data(1), ack(11), ack(11))).toBe(Analysis.DuplicateAck);
    expect(await analysisOf(data(1), ack(11), ack(11, 9000))).toBe(Analysis.WindowUpdate);
    expect(await analysisOf(data(1), ack(11, 0))).toBe(Analysis.ZeroWindow);
    expect(await analysisOf(data(1), ack(11, 0), data(11, 1))).toBe(Analysis.ZeroWindowProbe);
    expect(await analysisOf(data(1), ack(11), data(10, 1))).toBe(Analysis.KeepAlive);
    expect(await analysisOf(data(1), ack(11), data(10, 1), ack(11))).toBe(Analysis.KeepAliveAck);
    expect(await analysisOf(data(1), ack(31))).toBe(Analysis.AckedUnseen);
  });

  it("tells what duplicate acknowledgements asked for from what merely came again", async () => {
    const data = (seq: number, micros = 0) => peers.client({ seq, ack: 1, payload: bytes(10), micros });
    const ack = peers.server({ seq: 1, ack: 11, flags: ACK });
    const fast = Analysis.Retransmission | Analysis.FastRetransmission;
    expect(await analysisOf(data(1), data(21), ack, ack, ack, data(11, 5000))).toBe(fast);
    expect(await analysisOf(data(1), data(21), ack, ack, data(11, 5000))).toBe(Analysis.Retransmission);
    expect(await analysisOf(data(1), data(21), ack, ack, ack, data(11, 25000))).toBe(Analysis.Retransmission);
  });

  it("says once that bytes are acknowledged that the capture does not hold", async () => {
    const data = (seq: number, length = 10, ack = 1) => peers.client({ seq, ack, payload: bytes(length) });
    const ack = (number: number) => peers.server({ seq: 1, ack: number, flags: ACK });
    expect(await analysisOf(data(1), ack(31), ack(41))).toBe(0);
    expect(await analysisOf(data(1), ack(31), data(11, 10, 5), ack(51))).toBe(Analysis.AckedUnseen);
    // A hole of which the first bytes came late counts as filled.
    expect(await analysisOf(data(1), data(21), data(11, 5), ack(31))).toBe(0);
  });

  it("takes bytes that were acknowledged for sent again, however soon they come", async () => {
    const data = (seq: number, micros = 0) => peers.client({ seq, ack: 1, payload: bytes(10), micros });
    const ack = peers.server({ seq: 1, ack: 21, flags: ACK });
    expect(await analysisOf(data(1), data(11), data(1, 500))).toBe(Analysis.OutOfOrder);
    expect(await analysisOf(data(1), data(11), ack, data(1, 500))).toBe(Analysis.Retransmission);
  });

  it("takes bytes that are new for no repeat, where their acknowledgement was captured before them", async () => {
    const ack = peers.server({ seq: 1, ack: 21, flags: ACK });
    expect(await analysisOf(ack, peers.client({ seq: 1, ack: 1, payload: bytes(10) }))).toBe(0);
  });

  it("counts a SYN that comes again after a reset as sent again", async () => {
    const syn = (identification: number) => peers.client({ flags: SYN, identification });
    const reset = peers.client({ seq: 901, flags: RST });
    expect(await analysisOf(syn(7), reset, syn(8))).toBe(Analysis.Retransmission);
  });

  it("knows a packet that the sniffer saw twice", async () => {
    const twice = { seq: 1, ack: 1, payload: bytes(4), identification: 77 };
    expect(await analysisOf(peers.client(twice), peers.client(twice))).toBe(
      Analysis.Duplicate | Analysis.Retransmission,
    );
  });

  it("names header fields and options", async () => {
    const options = Uint8Array.of(2, 4, 5, 180, 3, 3, 8, 4, 2, 1, 1, 1);
    const { bytes: frame, length } = peers.client({ flags: SYN, options });
    const parser = await parse(pcap([frame]));
    const fields = parser.describeFrame(frame, length!, 1).filter(({ protocol }) => protocol === Protocol.Tcp);
    expect(fields.map((field) => `${labelOf(field)} ${field.at}`)).toEqual([
      "Transmission Control Protocol 34",
      "Source port 34",
      "Destination port 36",
      "Sequence number (raw) 38",
      "Acknowledgment number (raw) 42",
      "Flags 46",
      "Window 48",
      "Checksum 50",
      "Urgent pointer 52",
      "Options 54",
      "Maximum segment size 56",
      "Window scale (shift count) 60",
      "SACK permitted 61",
      "Payload 66",
    ]);
  });

  it("says that a header is cut or contradicts itself", async () => {
    const { bytes: frame } = peers.client({ seq: 1, payload: pdu({}) });
    const { capture } = await parseEveryCut(frame);
    expect(capture.frames.rows).toBe(2 * frame.length);
    for (let cut = 34; cut < 54; cut++) {
      expect(capture.frames.get(Frame.Status, cut)).toBe(Status.Truncated);
      expect(capture.frames.get(Frame.SourcePort, cut)).toBe(cut < 38 ? NONE : 49700);
    }
    const short = frame.slice();
    short[46] = 0x40;
    expect(frameOf(await parse(pcap([short]))).status).toBe(Status.Malformed);
  });

  it("keeps Kerberos messages, each after its length", async () => {
    const kdc = new Peers(49900, 88);
    // An AS-REQ of 5 bytes, then the beginning of another in the next segment.
    const message = hex("00000005 6a03020105");
    const parser = await parse(
      pcap([
        ...kdc.handshake(),
        kdc.client({ seq: 1, payload: message.subarray(0, 6) }),
        kdc.client({ seq: 7, payload: message.subarray(6) }),
      ]),
    );
    const { messages } = parser.capture;
    expect(messages.rows).toBe(1);
    expect(parser.capture.frames.get(Frame.Protocol, 4)).toBe(Protocol.Kerberos);
  });
});
