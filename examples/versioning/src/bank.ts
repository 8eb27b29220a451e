/** Stands in for a bank and an insurance. They take a request with the same id once. */
import type { Duration } from "@restatedev/restate-sdk";

export interface Application {
  readonly applicant: string;
  readonly cents: number;
  /** How long an offer stands. Default: ninety days. */
  readonly signWithin?: Duration;
}

/** Which version of the code did what; that it differs is what this example shows. */
export interface Loan {
  readonly version: 1 | 2;
  readonly paidCents: number;
  readonly isInsured: boolean;
}

export type Stage = "checking" | "waiting for the signature" | "paid";

const paid = new Map<string, number>();

export async function rate(applicant: string): Promise<number> {
  return applicant.length * 100;
}

export async function payOut(id: string, cents: number): Promise<void> {
  paid.set(id, cents);
}

export async function insure(id: string): Promise<boolean> {
  return paid.has(id);
}

export async function checkIdentity(applicant: string): Promise<boolean> {
  return applicant !== "nobody";
}
