// The protocol's fixed numbers, apart from its schemas: a client can start without loading those.

/** Raised when a change would break an existing client. */
export const protocolVersion = 1;
/** Longest message either side accepts, in bytes of JSON. */
export const maxMessage = 16 * 1024 * 1024;

/** The codes of JSON-RPC 2.0, two of the language server protocol (-32002, -32800), and our own. */
export const errorCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  notInitialized: -32002,
  tempest: -32001,
  cancelled: -32800,
} as const;

export type Id = string | number;
