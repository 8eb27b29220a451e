/** Stands in for a courier with an API: every third request fails, and a parcel is booked once for a reference. */

export interface Parcel {
  readonly number: string;
  readonly label: string;
}

/** The parcels of this process, by reference. */
export const parcels = new Map<string, Parcel>();
let requests = 0;

export async function bookParcel(reference: string, label: string): Promise<string> {
  requests += 1;
  if (requests % 3 === 1) throw new Error("The courier is busy");
  const parcel = parcels.get(reference) ?? { number: `parcel-${reference}`, label };
  parcels.set(reference, parcel);
  return parcel.number;
}
