/** Stands in for a chat such as Slack: delivers messages, some of them with buttons, and has its bad moments. */

export interface Message {
  /** The chat ignores a message whose id it knows. */
  readonly id: string;
  readonly to: string;
  readonly text: string;
  /** The awakeable that the buttons "yes" and "no" resolve. */
  readonly answerTo?: string;
}

export class Chat {
  readonly delivered: Message[] = [];
  onDelivered: (message: Message) => void = () => undefined;
  #requests = 0;

  async post(message: Message): Promise<void> {
    if (++this.#requests % 3 === 0) throw new Error("The chat answers 503");
    if (this.delivered.some(({ id }) => id === message.id)) return;
    this.delivered.push(message);
    this.onDelivered(message);
  }

  /** As if it had just been started. */
  reset(): void {
    this.delivered.splice(0);
    this.#requests = 0;
  }
}

export const chat = new Chat();
