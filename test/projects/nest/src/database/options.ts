import { ConfigService } from '@nestjs/config';
import { join } from 'path';
import type { DataSourceOptions } from 'typeorm';

export function buildOptions(config: ConfigService): DataSourceOptions {
  return {
    type: 'postgres',
    url: config.getOrThrow<string>('DATABASE_URL'),
    entities: [join(__dirname, '..', '**', '*.entity{.ts,.js}')],
    migrations: [join(__dirname, 'migrations', '*{.ts,.js}')],
    migrationsRun: false,
    synchronize: false,
  };
}
