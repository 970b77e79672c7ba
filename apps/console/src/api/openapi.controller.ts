import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { parse } from 'yaml';
import { packageRoot } from '#libs/service';

/** The interface's own description; schemas/openapi/console.yaml is its only source. */
@Controller('openapi.json')
export class OpenApiController {
  private readonly document = parse(
    readFileSync(join(packageRoot(), 'schemas/openapi/console.yaml'), 'utf8'),
  ) as object;

  @Get()
  read(): object {
    return this.document;
  }
}
