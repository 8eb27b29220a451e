/** The root entry point: that of Node.js. */
export * from "./node.js";
