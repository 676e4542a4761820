// Tokens of MIT Kerberos 1.20.1 with AES-SHA2 (RFC 8009), made by gss_wrap_iov() and gss_get_mic() in DCE style: a context's key, and one
// message with a PDU header and a trailer that are signed too, or without them.
import { expect, test } from 'vitest'
import { concatenate, fromHex } from '../bytes'
import { GssProtection } from './gss'

const hex = (text: string) => fromHex(text)!

const RECORDED = [
  {
    etype: 19,
    key: '0eacb4c7ea4534487e3a6c0bcdf178c2',
    fromClient: true,
    signsHeaders: true,
    head: '000102030405060708090a0b0c0d0e0f1011121314151617',
    clear: '00070e151c232a31383f464d545b6269',
    tail: 'a0a1a2a3a4a5a6a7',
    sealed: 'd45d14030b7d256f0df519b1cc1a8c4e',
    token:
      '050406ff00100020000000003c1be8bba5e9983119eea2619bc558580ba2385bb0c65761b2a1868eda1efe83e5d48f7f12eb38f73b5c39febe6fa0f0b3934d2d48793b8d4f8c7488f13f9b68c9927700',
    mic: '040404ffffffffff000000003c1be8bc53401f2ee04de4aea3258668869a0f78',
  },
  {
    etype: 19,
    key: 'b24eb118a388f2a67444c613c1f4375c',
    fromClient: false,
    signsHeaders: false,
    head: '',
    clear: '01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3da',
    tail: '',
    sealed: '98b0cf92e70c1ef8faf69511004ba32ec36a9c9574ec0b8bd57909db3eec0d9a',
    token:
      '050407ff0010002000000000213aaf64926ccdb56404f46ada288baf34b08ad84c925011251d93138a651791090c1d1229ddf56b1c0826aab6196982299b58d629fc78ae5004d78a5ca1ac103feb57fa',
    mic: '040405ffffffffff00000000213aaf65d05d52cd3f82d4ff1c7443111b1473d5',
  },
  {
    etype: 20,
    key: '708356659e772df3b5abb0112e9d1afaaac3668a06b0008a16ebefb39f825dea',
    fromClient: true,
    signsHeaders: true,
    head: '000102030405060708090a0b0c0d0e0f1011121314151617',
    clear: '00070e151c232a31383f464d545b6269',
    tail: 'a0a1a2a3a4a5a6a7',
    sealed: 'bb1cd10e7b2eff55830e09cc172e1d27',
    token:
      '050406ff001000280000000035bf4d67946a3caeb32d5840b7800fb5a6b7627e983a180afecdd8dbaa689db398e09254a0f4934f473599828791dd962c37ebe8e0b531f863896ffc132231e0138f07ada80e660de88adb98',
    mic: '040404ffffffffff0000000035bf4d681619721170e63e4add6282549710af84ce30732f90f7a424',
  },
  {
    etype: 20,
    key: 'd6cec3a7be58d3677ebaf07df444b7ce3b5f94d25baf141c821d1ab4d4c3aab5',
    fromClient: false,
    signsHeaders: false,
    head: '',
    clear: '01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3da',
    tail: '',
    sealed: '8db7a19be64c8e9e41c37788c35025bfe6b1400744e85f3b3ab50087f154fed8',
    token:
      '050407ff0010002800000000064b64e26f236e02a78f4a263a2efe16a756929af4ed750d95c899778ce07eda1ccf9bdb94695e047b5618ee4773014449c9fe4edaaa4028eb376b5cf7879a5c4161d61b66b57ced3157f0de',
    mic: '040405ffffffffff00000000064b64e320d65eb80feda3dbbf8c5f3ddc12b57684acdf16c5063368',
  },
]

test.each(RECORDED)('etype $etype, header signing $signsHeaders: opened, and its signature right', (recorded) => {
  const { etype, key, fromClient } = recorded
  const [head, clear, tail, sealed] = [recorded.head, recorded.clear, recorded.tail, recorded.sealed].map(hex)
  const open = (part: Uint8Array, token: string, isSealed: boolean) =>
    new GssProtection([{ etype, key: hex(key) }]).open({
      bytes: concatenate(head!, part, tail!),
      stubAt: head!.length,
      stubEnd: head!.length + part.length,
      token: hex(token),
      fromClient,
      isSealed,
    })
  expect(open(sealed!, recorded.token, true)).toEqual({ clear: clear!, verified: true })
  expect(open(clear!, recorded.mic, false)).toEqual({ verified: true })
  for (let at = 0; at < sealed!.length; at++)
    expect(
      open(
        sealed!.map((byte, i) => (i === at ? byte ^ 1 : byte)),
        recorded.token,
        true,
      ),
    ).toBeUndefined()
})
