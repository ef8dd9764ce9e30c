import type { Team } from './hero.js';
import { getData, RecordStore } from './storage.js';

export class TeamService {
  constructor(private readonly storage: RecordStore) {}

  async saveTeam(team: Team): Promise<void> {
    await this.storage.save('team', team);
  }

  async getTeam(): Promise<Team | null> {
    const data = await getData<Team>('team');
    return data;
  }
}
