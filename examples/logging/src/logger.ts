/** The log of this process: JSON on stdout, for whatever collects it there. */
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from "pino";

export function createLogger(destination?: DestinationStream): Logger {
  const options = {
    level: process.env["LOG_LEVEL"] ?? "info",
    timestamp: stdTimeFunctions.isoTime,
    // Names are understood everywhere; numbers are pino's own.
    formatters: { level: (level: string) => ({ level }) },
    // What must never be read in a log, whoever passes it on.
    redact: ["data.card", "data.*.card"],
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
