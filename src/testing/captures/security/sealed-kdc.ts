// The way to a ticket with real ciphers: AS-REQ with a proof of the password, AS-REP, TGS-REQ, TGS-REP. RFC 4120 3.1, 3.3, 5.2.7, 5.4.
import { Random } from '../../random'
import { der, generalizedTime, generalString, integer, OCTET_STRING, sequence, tagged } from './der'
import { application, encryptedPart, head, type Principal, principal } from './kerberos'
import { combine, type Key, seal } from './kerberos-cipher'
import { encryptionKey, type SealedKerberos, sealedTicket } from './sealed-kerberos'

export interface KdcOptions {
  /** The user's key, and how it was made of the password. */
  userKey: Key
  salt: string
  iterations?: number
  krbtgtKey: Key
  /** The TGS-REQ proposes a subkey, as Windows does. */
  subkey?: boolean
  /**
   * Armor: of the TGS exchange by its own ticket, and of the AS exchange by a ticket of the computer under this session key. The
   * replies are strengthened and hide their client. RFC 6113 5.4.
   */
  armor?: Key
}

/** The messages of both exchanges that end with the ticket of `logon`, client and KDC in turn. */
export function kdcMessages(logon: SealedKerberos, options: KdcOptions): Uint8Array<ArrayBuffer>[] {
  const { client, service, time } = logon.options
  const { userKey, salt, iterations, krbtgtKey, subkey = true, armor } = options
  const random = new Random(`kdc ${client} ${service.name}`)
  const fresh = (): Key => ({ etype: userKey.etype, key: random.bytes(userKey.key.length) })
  const sealed = (key: Key, usage: number, text: Uint8Array) =>
    encryptedPart(
      key.etype,
      seal(key, usage, text, (length) => random.bytes(length)),
    )
  const krbtgt: Principal = { name: `krbtgt/${service.realm}`, realm: service.realm }
  const session = fresh()
  const own = subkey ? fresh() : undefined
  const ticket = sealedTicket(krbtgt, krbtgtKey, client, session, time, random)
  const padata = (type: number, value: Uint8Array) =>
    sequence(tagged(1, integer(type)), tagged(2, der(OCTET_STRING, value)))
  const parameters = new Uint8Array(4)
  new DataView(parameters.buffer).setUint32(0, iterations ?? 0)
  const info = sequence(
    sequence(
      tagged(0, integer(userKey.etype)),
      tagged(1, generalString(salt)),
      ...(iterations === undefined ? [] : [tagged(2, der(OCTET_STRING, parameters))]),
    ),
  )
  const request = (type: number, asked: Principal, data: Uint8Array) =>
    application(
      type,
      ...head(type, 1),
      tagged(3, sequence(data)),
      tagged(
        4,
        sequence(
          tagged(0, der(0x03, Uint8Array.of(0, 0x40, 0x81, 0, 0x10))),
          ...(type === 10 ? [tagged(1, principal(client))] : []),
          tagged(2, generalString(service.realm)),
          tagged(3, principal(asked.name)),
          tagged(5, generalizedTime(time + 36e9)),
          tagged(7, integer(random.below(0x7fffffff))),
          tagged(8, sequence(integer(userKey.etype))),
        ),
      ),
    )
  const hidden: Principal = { name: 'WELLKNOWN/ANONYMOUS', realm: 'WELLKNOWN:ANONYMOUS' }
  /** PA-FX-FAST-REPLY: the key that strengthens the reply's, and who the client is. */
  const armored = (under: Key, strengthen: Key) =>
    padata(
      136,
      tagged(
        0,
        sequence(
          tagged(
            0,
            sealed(
              under,
              52,
              sequence(
                tagged(0, sequence(padata(19, info))),
                tagged(1, encryptionKey(strengthen)),
                tagged(
                  2,
                  sequence(
                    tagged(0, generalizedTime(time)),
                    tagged(1, integer(0)),
                    tagged(2, generalString(service.realm)),
                    tagged(3, principal(client)),
                  ),
                ),
                tagged(3, integer(1)),
              ),
            ),
          ),
        ),
      ),
    )
  const reply = (
    type: number,
    given: Uint8Array,
    plainKey: Key,
    usage: number,
    inside: Key,
    asked: Principal,
    under: Key | undefined,
  ) => {
    const strengthen = under && fresh()
    const key = strengthen ? combine(strengthen, 'strengthenkey', plainKey, 'replykey') : plainKey
    const part = application(
      type === 11 ? 25 : 26,
      tagged(0, encryptionKey(inside)),
      tagged(1, sequence()),
      tagged(2, integer(1)),
      tagged(4, der(0x03, Uint8Array.of(0, 0x40, 0x81, 0, 0))),
      tagged(5, generalizedTime(time)),
      tagged(7, generalizedTime(time + 36e9)),
      tagged(9, generalString(asked.realm)),
      tagged(10, principal(asked.name)),
    )
    return application(
      type,
      ...head(type, 0),
      ...(strengthen
        ? [tagged(2, sequence(armored(under, strengthen)))]
        : type === 11
          ? [tagged(2, sequence(padata(19, info)))]
          : []),
      tagged(3, generalString(strengthen ? hidden.realm : service.realm)),
      tagged(4, principal(strengthen ? hidden.name : client)),
      tagged(5, given),
      tagged(6, sealed(key, usage, part)),
    )
  }
  const apRequest = (of: Uint8Array, key: Key, who: string, usage: number, proposed: Key | undefined) =>
    application(
      14,
      ...head(14, 0),
      tagged(2, der(0x03, Uint8Array.of(0, 0, 0, 0, 0))),
      tagged(3, of),
      tagged(
        4,
        sealed(
          key,
          usage,
          application(
            2,
            tagged(0, integer(5)),
            tagged(1, generalString(service.realm)),
            tagged(2, principal(who)),
            tagged(4, integer(0)),
            tagged(5, generalizedTime(time)),
            ...(proposed ? [tagged(6, encryptionKey(proposed))] : []),
          ),
        ),
      ),
    )
  const stamp = sequence(tagged(0, generalizedTime(time)), tagged(1, integer(0)))
  const proof = () => padata(2, sealed(userKey, 1, stamp))
  const computer = armor && fresh()
  const computerTicket = armor && sealedTicket(krbtgt, krbtgtKey, 'WS1$', armor, time, random)
  const asArmor = armor && combine(computer!, 'subkeyarmor', armor, 'ticketarmor')
  const tgsArmor = armor && own && combine(own, 'subkeyarmor', session, 'ticketarmor')
  /** PA-FX-FAST-REQUEST: what it protects is not read, so it is left out. */
  const armoredRequest = () =>
    padata(
      136,
      tagged(
        0,
        sequence(
          tagged(
            0,
            sequence(
              tagged(0, integer(1)),
              tagged(1, der(OCTET_STRING, apRequest(computerTicket!, armor!, 'WS1$', 11, computer))),
            ),
          ),
        ),
      ),
    )
  return [
    request(10, krbtgt, armor ? armoredRequest() : proof()),
    reply(11, ticket, userKey, 3, session, krbtgt, asArmor),
    request(12, service, padata(1, apRequest(ticket, session, client, 7, own))),
    reply(13, logon.ticket, own ?? session, own ? 9 : 8, logon.session, service, tgsArmor),
  ]
}
