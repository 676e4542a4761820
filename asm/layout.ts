// What the parser writes and everything else reads, described once. asc compiles these files into
// the module and src/ imports them unchanged, so they hold enums only: they mean the same to both.

export * from "./layout/tables";
export * from "./layout/traffic";
export * from "./layout/file";
export * from "./layout/fields";
export * from "./layout/protocols";
