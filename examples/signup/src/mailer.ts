/** Stands in for a mail provider: keeps what was sent. */

export interface Email {
  /** The provider ignores an email whose id it knows, so that sending it again does no harm. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** What was sent since the process started. */
export const outbox: Email[] = [];

export async function sendEmail(email: Email): Promise<void> {
  if (outbox.some(({ id }) => id === email.id)) return;
  outbox.push(email);
}
