/** Of this build, as package.json names it. */
export const TOOL_VERSION = import.meta.env.FAULTLINE_VERSION as string

/** How many rules it diagnoses by. */
export const RULE_COUNT = import.meta.env.FAULTLINE_RULES as number
