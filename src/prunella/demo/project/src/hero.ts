export interface Hero {
  name: string;
  power: string;
}

export interface Team {
  name: string;
  members: string[];
}

export function describe(hero: Hero | null): string {
  return hero === null ? 'no hero yet' : `${hero.name}, who can ${hero.power}`;
}
