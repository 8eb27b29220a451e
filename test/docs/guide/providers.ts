/** The outside world of docs/errors-and-sagas.md: every function stands for a request to somebody. */

export class InvalidOrder extends Error {}

export async function charge(orderId: string, cents: number): Promise<string> {
  if (cents > 1_000_000) throw new InvalidOrder(`${orderId} is too expensive`);
  return `receipt for ${orderId}`;
}

export async function bookFlight(_id: string, _flight: string): Promise<void> {}
export async function cancelFlight(_id: string): Promise<void> {}
export async function bookHotel(_id: string, _hotel: string): Promise<void> {}
export async function cancelHotel(_id: string): Promise<void> {}
