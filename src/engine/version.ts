/** Of this build, as package.json names it. */
export const TOOL_VERSION = import.meta.env.FAULTLINE_VERSION as string
