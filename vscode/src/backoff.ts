/** How long to wait before the server is started again, and when to stop trying. */

/** Seconds before the first, second … restart; fewer than five fall into three minutes. */
const WAITS = [1, 10, 60, 120];
/** Seconds after which a start counts as good and the waits begin anew. */
const GOOD = 180;
/** Restarts in a row that are tried. */
const MOST = 8;

export class Backoff {
  constructor(private readonly _now: () => number = () => Date.now() / 1000) {}

  /** It ended: seconds to wait, or null when it is not started again by itself. */
  ended(): number | null {
    if (this._now() - this._last > GOOD) {
      this._count = 0;
    }
    if (this._count >= MOST) {
      return null;
    }
    const wait = WAITS[Math.min(this._count, WAITS.length - 1)] ?? 0;
    this._count += 1;
    this._last = this._now() + wait;
    return wait;
  }

  /** Somebody asked for a restart. */
  reset(): void {
    this._count = 0;
  }

  private _count = 0;
  private _last = -Infinity;
}
