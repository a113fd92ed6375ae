import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Shop } from './shop.entity';
import { ShopsController } from './shops.controller';

@Module({ imports: [TypeOrmModule.forFeature([Shop])], controllers: [ShopsController] })
export class ShopsModule {}
