import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { z } from 'zod';
import { Refusal } from '../http/problem.ts';
import { idOfToken, viewerOf, type Access } from './require-viewer.ts';
import { SESSION_COOKIE, SESSION_MS } from './session-cookie.ts';

export const ACCESS = Symbol('Access');
export const SECURE_COOKIE = Symbol('SecureCookie');

const signIn = z.strictObject({ token: z.string().min(1).max(512) });

/** Sign-in of the page: a token for a cookie that scripts cannot read. */
@Controller('session')
export class SessionController {
  private readonly cookie: CookieOptions;

  constructor(
    @Inject(ACCESS) private readonly access: Access,
    @Inject(SECURE_COOKIE) secure: boolean,
  ) {
    this.cookie = { httpOnly: true, sameSite: 'strict', secure, path: '/' };
  }

  @Post()
  @HttpCode(200)
  open(@Body() body: unknown, @Req() request: Request, @Res() response: Response): void {
    const parsed = signIn.safeParse(body);
    if (!parsed.success) throw new Refusal(400, 'body', 'expected {"token": "…"}');
    const tokenId = idOfToken(this.access, request, response, parsed.data.token);
    if (tokenId === undefined) return;
    response.cookie(SESSION_COOKIE, this.access.sessions.issue(tokenId), { ...this.cookie, maxAge: SESSION_MS });
    response.json({ viewer: tokenId });
  }

  /** Whose session this is: the page asks once at its start instead of trying a data route. */
  @Get()
  current(@Req() request: Request): { viewer: string } {
    return { viewer: viewerOf(request).tokenId };
  }

  @Delete()
  @HttpCode(204)
  close(@Res({ passthrough: true }) response: Response): void {
    response.clearCookie(SESSION_COOKIE, this.cookie);
  }
}
