import { describe } from './hero.js';
import { HeroService } from './heroService.js';
import { RecordStore } from './storage.js';
import { TeamService } from './teamService.js';

const storage = new RecordStore();
const heroService = new HeroService(storage);
const teamService = new TeamService(storage);

await heroService.saveHero({ name: 'Prunella', power: 'heal itself' });
await teamService.saveTeam({ name: 'The Meadow', members: ['Prunella'] });

const hero = await heroService.getHero();
const team = await teamService.getTeam();

console.log(describe(hero));
console.log(`${team?.name}: is ${hero?.name} a member? ${team?.members.includes(hero?.name ?? '')}`);
