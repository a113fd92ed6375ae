import { ConfigModule, ConfigService } from '@nestjs/config';
import { DataSource } from 'typeorm';
import { buildOptions } from './options';

ConfigModule.forRoot();

export default new DataSource(buildOptions(new ConfigService()));
