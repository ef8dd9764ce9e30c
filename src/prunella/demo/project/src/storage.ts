const records = new Map<string, string>();

/** Reads a record; null when there is none. */
export async function getData<T>(key: string): Promise<T | null> {
  const text = records.get(key);
  return text === undefined ? null : (JSON.parse(text) as T);
}

/** Writes records. */
export class RecordStore {
  async save<T>(key: string, value: T): Promise<void> {
    records.set(key, JSON.stringify(value));
  }
}
