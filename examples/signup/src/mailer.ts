/** Stands in for a mail provider: keeps what was sent. */

export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** What was sent since the process started. */
export const outbox: Email[] = [];

export async function sendEmail(email: Email): Promise<void> {
  outbox.push(email);
}
