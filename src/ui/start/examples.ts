/** The captures that the site brings along, made by the project's own generator; all but the first, which has a card. */
export const examples = [
  { example: 'blocked-port', code: '0x800706BA', label: 'a firewall drops the dynamic port' },
  { example: 'access-denied', code: '0x80070005', label: 'a permission is missing' },
  { example: 'clock-skew', code: 'KRB_AP_ERR_SKEW', label: 'the clocks differ' },
  { example: 'class-not-registered', code: '0x80040154', label: 'the class is not registered' },
  { example: 'healthy', code: 'works', label: 'a session in which nothing fails' },
  { example: 'case-study-full-os', code: 'works', label: 'the wrong user, forgiven by a full Windows' },
]

/** Captures of one program that are worth comparing. */
export const caseStudies = [
  { example: 'case-study', label: 'against Windows PE, as it failed' },
  { example: 'case-study-full-os', label: 'against a full Windows, which keeps the connection' },
  { example: 'case-study-fixed', label: 'with the client that was fixed' },
]
