import { Controller, Get } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Shop } from './shop.entity';

@Controller('shops')
export class ShopsController {
  constructor(@InjectRepository(Shop) private readonly shops: Repository<Shop>) {}

  @Get()
  findAll(): Promise<Shop[]> {
    return this.shops.find({ relations: { mall: true, tags: true }, order: { code: 'ASC' }, take: 2 });
  }
}
