/** The captures that the site brings along, made by the project's own generator. */
export const examples = [
  { example: 'case-study', label: 'against Windows PE, as it failed' },
  { example: 'case-study-full-os', label: 'against a full Windows, which keeps the connection' },
  { example: 'case-study-fixed', label: 'with the client that was fixed' },
]
