import type { Hero } from './hero.js';
import { RecordStore } from './storage.js';

export class HeroService {
  constructor(private readonly storage: RecordStore) {}

  async saveHero(hero: Hero): Promise<void> {
    await this.storage.save('hero', hero);
  }
}
