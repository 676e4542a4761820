// Header of Kerberos 5 over TCP: RFC 4120 7.2.2, a length of four bytes before each message.

const LENGTH: usize = 0;
export const TAG: usize = LENGTH + 4;

/** Length field and first byte of the message. */
export const HEADER: u32 = <u32>TAG + 1;
/** Tickets with large authorization data reach 64 kB; more is no Kerberos. */
export const LONGEST: u32 = 0x20000;

/** Every message is an ASN.1 APPLICATION tag, constructed. */
export function isMessage(at: usize): bool {
  const tag = load<u8>(at);
  return tag >= 0x6a && tag <= 0x7e;
}

/** Length of the message with its length field, 0 when this is none. */
export function sizeOf(at: usize): u32 {
  const length = bswap<u32>(load<u32>(at + LENGTH));
  return length > 1 && length < LONGEST && isMessage(at + TAG) ? length + <u32>TAG : 0;
}
