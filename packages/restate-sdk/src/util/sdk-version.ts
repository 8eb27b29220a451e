/** The SDK's version as the package publishes it, and the name it reports to the server. */

/** Equal to `version` in this package's package.json; a test keeps them together. */
export const SDK_VERSION = "1.18.0";

/** Value of the `x-restate-server` header on every response. */
export const SERVER_HEADER_VALUE = `restate-sdk-typescript/${SDK_VERSION}`;
