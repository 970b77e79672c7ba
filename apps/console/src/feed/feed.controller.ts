import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { viewerOf } from '../access/require-viewer.ts';
import { Refusal } from '../http/problem.ts';
import type { FeedHub } from './feed-hub.ts';

export const FEED_HUB = Symbol('FeedHub');
/** Viewers of the feed at once: each costs an audit row for each change. */
const MAX_VIEWERS = 100;

/** The live feed of class changes as server-sent events. */
@Controller('api/feed')
export class FeedController {
  constructor(@Inject(FEED_HUB) private readonly hub: FeedHub) {}

  @Get()
  open(@Req() request: Request, @Res() response: Response): void {
    if (this.hub.viewers() >= MAX_VIEWERS) {
      throw new Refusal(503, 'too_many_viewers', `the feed has ${MAX_VIEWERS} viewers already; try again later`);
    }
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    request.socket.setNoDelay(true);
    const disconnect = this.hub.connect(
      {
        viewer: viewerOf(request),
        write: (frame) => void response.write(frame),
        bufferedBytes: () => response.writableLength,
        // Destroyed, not ended: ending would wait for the very bytes a slow viewer does not take.
        close: () => void response.destroy(),
      },
      request.get('last-event-id'),
    );
    response.on('close', disconnect);
    response.on('error', disconnect);
  }
}
