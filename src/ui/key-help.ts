// The keys of keys.ts, and those that lists and trees have by themselves, said for people.

/** Filters that show what the language can do; in Wireshark's syntax. */
export const filterHelp: readonly { filter: string; shows: string }[] = [
  { filter: 'ip.addr == 10.0.0.0/8 && tcp.port in {135, 49152..65535}', shows: 'a network, and some ports' },
  { filter: '!(tcp.port == 445)', shows: 'everything but a port' },
  { filter: 'dcerpc.cn_status == 0x721', shows: 'a fault by its code, or by its name' },
  { filter: 'rpc.user == "CORP\\eve" || rpc.outcome == "fault"', shows: 'who calls, and how calls end' },
  { filter: 'frame contains "secret"', shows: 'a text anywhere, read from the file; also tcp, udp, tcp.payload' },
  { filter: 'tcp matches "get|post"', shows: 'a pattern, in any case' },
  { filter: 'tcp[13] & 2, eth.src[0:3] == 00:15:5d', shows: 'bytes by their place' },
  { filter: 'tcp.stream == ${tcp.stream}', shows: 'what has the value of the selected frame' },
  { filter: 'len(frame) > 1000, count(ip.addr) > 2, lower(rpc.user)', shows: 'functions' },
  { filter: 'wmi.class == "Win32_Process", faultline.unsealed', shows: 'calls that secrets opened' },
]

/** What the help dialog lists; the grid's and the tabs' own keys are standard and listed with them. */
export const keyHelp: { group: string; keys: { keys: string[]; does: string }[] }[] = [
  {
    group: 'Anywhere',
    keys: [
      { keys: ['n'], does: 'next frame of evidence' },
      { keys: ['p'], does: 'previous frame of evidence' },
      { keys: ['Ctrl', 'K'], does: 'go to a frame, filter, look an error up, run a command' },
      { keys: ['Ctrl', 'F'], does: 'find text, bytes or a regular expression' },
      { keys: ['F3'], does: 'next match; with Shift the previous one' },
      { keys: ['/'], does: 'to the filter; Escape there shows all frames again' },
      { keys: ['g'], does: 'go to a frame by its number, as Ctrl G' },
      { keys: ['m'], does: 'mark the selected frame, or take the mark away, as Ctrl M' },
      { keys: [']'], does: 'next marked frame; [ goes to the previous one' },
      { keys: ['t'], does: 'set or clear the time reference at the selected frame' },
      { keys: ['Ctrl', 'C'], does: 'copy the picked frames as text' },
      { keys: ['Ctrl', 'P'], does: 'print the report' },
      { keys: ['c'], does: 'comment on the selected frame' },
      { keys: ['Ctrl', 'Alt', 'Shift', 'T'], does: 'follow the conversation of the selected frame' },
      { keys: ['Ctrl', 'Z'], does: 'undo the last mark or comment' },
      { keys: ['?'], does: 'this list' },
      { keys: ['Alt', '←'], does: 'back to where you were (the browser’s own Back)' },
    ],
  },
  {
    group: 'In a list',
    keys: [
      { keys: ['↑', '↓'], does: 'previous, next row' },
      { keys: ['Page Up', 'Page Down'], does: 'a page up, down' },
      { keys: ['Shift', '↑ or ↓'], does: 'pick several frames; Ctrl and a click pick one more' },
      { keys: ['Home', 'End'], does: 'first, last row' },
      { keys: ['Ctrl', '↑ or ↓'], does: 'previous, next frame of the same conversation' },
      { keys: ['Shift', 'F10'], does: 'filter by what the row shows, follow its conversation, copy' },
      { keys: ['Shift', '← or →'], does: 'on a heading: narrower or wider column; Shift F10 there opens its menu' },
      { keys: ['Enter'], does: 'go to the fields of the frame, or to the frame of the call' },
    ],
  },
  {
    group: 'In fields and bytes',
    keys: [
      { keys: ['↑', '↓'], does: 'previous, next field or line of bytes' },
      { keys: ['←', '→'], does: 'close or open a field; previous, next byte' },
    ],
  },
]
